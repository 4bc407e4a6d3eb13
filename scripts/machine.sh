# Makes the small Debian in which tests/system boots a real systemd.  Sourced by bash after lib.sh.
# It is kept in a cache, and made anew for other packages or other dependencies.

MACHINE_CACHE=${XDG_CACHE_HOME:-/var/cache}/interview-booth
# What a booth needs of Debian, less what only compiles.
MACHINE_PACKAGES=(
    systemd systemd-sysv dbus python3 python3-venv
    libportaudio2 libpango-1.0-0 libpangocairo-1.0-0 libcairo2
)
MACHINE_EXTRAS='[hardware,standin]'
# Debian's own Python of the same release compiles what fits the machine.
MACHINE_PYTHON=/usr/bin/python3

# Runs a command in a container without network: `in_machine FOLDER [OPTION ...] COMMAND ...`.
in_machine() {
    systemd-nspawn --quiet --register=no --keep-unit --private-network --link-journal=no \
        --console=pipe --directory="$@" </dev/null
}

# Ends the script where no container can be started, and tells why.
require_containers() {
    local why
    why=$(in_machine / --volatile=yes true 2>&1) ||
        give_up "Nothing was tested: no container can be started here: ${why##*$'\n'}"
    grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null ||
        give_up "Nothing was tested: this kernel has no overlay file system."
}

machine_key() {
    {
        PYTHON=$MACHINE_PYTHON venv_key
        cat /etc/os-release scripts/machine.sh
    } | sha256sum | cut -c-16
}

# Makes the folder named: a Debian from the mirrors that apt has here.
make_debian() {
    local codename
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # Without lists apt names no mirrors.
    apt-get --quiet=2 update
    apt-get indextargets --format 'deb $(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        grep -E " $codename(-updates|-security)? " | sort -u |
        mmdebstrap --quiet --variant=minbase --include="${MACHINE_PACKAGES[*]}" "$codename" "$1" -
}

# Installs the booth in the folder named, offline from wheels that pip fetches and compiles here.
install_booth() {
    local wheels=$MACHINE_CACHE/wheels builder=$MACHINE_CACHE/builder
    mkdir -p "$1/opt/kiosk"
    tar --create --exclude=__pycache__ README.md pyproject.toml kiosk |
        tar --extract --directory="$1/opt/kiosk"
    "$MACHINE_PYTHON" -m venv "$builder"
    "$builder/bin/pip" wheel -qq --disable-pip-version-check --wheel-dir "$wheels" \
        setuptools "$1/opt/kiosk$MACHINE_EXTRAS"
    in_machine "$1" --bind-ro="$wheels:/mnt" sh -ec "
        python3 -m venv /opt/kiosk/venv
        /opt/kiosk/venv/bin/pip install --quiet --disable-pip-version-check --no-index \
            --find-links=/mnt --editable '/opt/kiosk$MACHINE_EXTRAS'
        /opt/kiosk/venv/bin/python -c 'import pangocairocffi'"
    rm -rf "$wheels" "$builder"
}

# Makes the machine unless it is there; its folder is then in MACHINE.
make_machine() {
    local new=$MACHINE_CACHE/new
    MACHINE=$MACHINE_CACHE/machine-$(machine_key)
    mkdir -p "$MACHINE_CACHE"
    exec {lock}>"$MACHINE_CACHE/lock"
    flock "$lock"
    if [ ! -d "$MACHINE" ]; then
        # Earlier ones, and what was left half done.
        find "$MACHINE_CACHE" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf {} +
        say "Making a Debian to boot, in $MACHINE_CACHE"
        make_debian "$new"
        say "Installing the booth in it"
        install_booth "$new"
        mv "$new" "$MACHINE"
    fi
    exec {lock}>&-
}
