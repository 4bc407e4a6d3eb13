# A release: a copy of the source in a folder of its own, with its virtual environment inside.
# Sourced by bash after lib.sh and packages.sh.

RELEASES=/opt/kiosk/releases
RELEASE_PARTS=(LICENSE README.md pyproject.toml assets config docs kiosk scripts systemd)

# The source as a tar file, byte for byte the same wherever and whenever it is packed.
pack_source() {
    tar --create --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
        --mode=u=rwX,go=rX --exclude=__pycache__ --exclude='*.egg-info' "${RELEASE_PARTS[@]}"
}

# The name of this source: its version, and a part of its sum.
release_id() {
    local version sum
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
    sum=$(pack_source | sha256sum)
    echo "$version-${sum:0:12}"
}

# Makes the virtual environment of the release in the folder named, with the extras named, from
# the wheels in WHEELHOUSE alone.
make_release_venv() (
    cd "$1"
    shift
    export PIP_NO_INDEX=1 PIP_FIND_LINKS=$WHEELHOUSE PIP_ONLY_BINARY=:all: PIP_QUIET=2
    VENV=venv
    make_venv "$@"
    # The booth's user cannot write here, and would compile at every start.
    venv/bin/python -m compileall -q kiosk
)

# Makes the release of this source with the extras named, unless it is there and whole.
make_release() {
    local folder=$RELEASES/$1
    shift
    mkdir -p "$folder"
    pack_source | tar --extract --directory="$folder"
    make_release_venv "$folder" "$@"
}

# Whether the release named is there and holds the extras named.
release_has() (
    cd "$RELEASES/$1" 2>/dev/null || exit 1
    shift
    VENV=venv
    venv_has "$@"
)

# Fills the folder named with wheels of everything that the extras named need, for this Python
# and this kind of machine.  What has no wheel is compiled.
make_wheels() {
    local folder=$1 work
    shift
    work=$(mktemp -d)
    mkdir -p "$folder" "$work/source"
    # A copy: building leaves files beside what is built.
    tar --create --exclude=__pycache__ README.md pyproject.toml kiosk |
        tar --extract --directory="$work/source"
    "$PYTHON" -m venv "$work/venv"
    # lgpio brings the sources of its library, and builds them in only where this is set.
    PYPI=1 "$work/venv/bin/pip" wheel -qq --disable-pip-version-check --use-pep517 \
        --wheel-dir "$folder" setuptools "$work/source[$(IFS=,; echo "$*")]"
    rm -rf "$work" "$folder"/interview_booth-*
}
