# Sets up what the commands beside this file need: Debian packages, then a virtual environment
# in the checkout.  Sourced by bash; uses `python3`, or what PYTHON names.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
PYTHON=${PYTHON:-python3}
VENV=.venv
NOTHING_TO_BE_DONE=69
UPSTREAM_PYGAME=2.6.1

say() { printf '\n== %s\n' "$*"; }

give_up() {
    printf '%s\n' "$*" >&2
    exit "$NOTHING_TO_BE_DONE"
}

# What this Python lacks to make a virtual environment and, with `headers`, to compile for it.
python_packages() {
    command -v "$PYTHON" >/dev/null || { echo python3 python3-venv ${1:+python3-dev}; return; }
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    [ -z "${1:-}" ] || "$PYTHON" - <<'END' || echo python3-dev
import pathlib, sys, sysconfig
sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").is_file())
END
}

# The names among the arguments that are not installed, on one line.
missing_packages() {
    local installed name
    installed=$(dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^ii *//p') || true
    for name in "$@"; do
        grep -qxF "$name" <<<"$installed" || printf '%s ' "$name"
    done
}

# Tells who may not install the named packages the one line that does.
require_root() {
    [ "$(id -u)" -eq 0 ] || give_up "sudo apt-get install --yes --no-install-recommends $*"
}

install_packages() {
    [ $# -gt 0 ] || return 0
    require_root "$@"
    say "Installing Debian packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install --yes --no-install-recommends "$@"
}

python_usable() {
    command -v "$PYTHON" >/dev/null &&
        "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'
}

# The virtual environment's key: another Python or other dependencies make another one.
venv_key() {
    "$PYTHON" - <<'END'
import hashlib, pathlib, sys, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
print(hashlib.sha256(repr((project, sys.version, sys.base_prefix)).encode()).hexdigest()[:16])
END
}

# Whether the virtual environment is up to date and holds all extras named.
venv_has() {
    local made extra
    [ -f "$VENV/made" ] && python_usable || return 1
    made="$(cat "$VENV/made") "
    [[ "$made" == "$(venv_key) "* ]] || return 1
    for extra in "$@"; do
        [[ "$made" == *" $extra "* ]] || return 1
    done
}

# Makes or completes the virtual environment with the extras named.
make_venv() {
    local key had=""
    venv_has "$@" && return
    python_usable ||
        give_up "$PYTHON is $("$PYTHON" --version); this needs Python 3.11 to 3.13: set PYTHON."
    [ -w . ] || give_up "The folder $PWD must be writable: a virtual environment is made in it."
    key=$(venv_key)
    if venv_has; then
        had=$(cut -d' ' -f2- "$VENV/made")
    else
        say "Making a virtual environment in $PWD/$VENV"
        "$PYTHON" -m venv --clear "$VENV"
    fi
    rm -f "$VENV/made"
    say "Installing Python packages"
    set -- $(printf '%s\n' $had "$@" | sort -u)
    "$VENV/bin/python" -m pip install --disable-pip-version-check --use-pep517 \
        --editable ".[$(IFS=,; echo "$*")]"
    # These write files beside themselves when first imported, which another user may not do later.
    "$VENV/bin/python" -c 'import pangocairocffi'
    echo "$key $*" >"$VENV/made"
}

# Puts pygame in the place of pygame-ce: both are imported by the same name.
take_upstream_pygame() {
    "$VENV/bin/python" -c 'import importlib.metadata as m; m.version("pygame-ce")' 2>/dev/null ||
        return 0
    say "Taking pygame $UPSTREAM_PYGAME in the place of pygame-ce"
    "$VENV/bin/python" -m pip uninstall --yes pygame-ce
    "$VENV/bin/python" -m pip install --disable-pip-version-check "pygame==$UPSTREAM_PYGAME"
}
