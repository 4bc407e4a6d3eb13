# Makes the small Debian in which tests/system boots a real systemd, and the wheels from which the
# booth is installed in it.  Sourced by bash after lib.sh, packages.sh and release.sh.
# It is kept in a cache, and made anew for other packages or other dependencies.

MACHINE_CACHE=${XDG_CACHE_HOME:-/var/cache}/interview-booth
# A Debian that boots, with what scripts/install would install of Debian.
MACHINE_PACKAGES=(systemd systemd-sysv libpam-systemd "${RUNTIME_PACKAGES[@]}")
MACHINE_EXTRAS=(hardware standin)
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
        cat /etc/os-release scripts/machine.sh scripts/packages.sh
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

# Makes the machine unless it is there; its folder is then in MACHINE.
make_machine() {
    local new=$MACHINE_CACHE/new
    MACHINE=$MACHINE_CACHE/machine-$(machine_key)
    mkdir -p "$MACHINE_CACHE"
    exec {lock}>"$MACHINE_CACHE/lock"
    flock "$lock"
    if [ ! -d "$MACHINE" ]; then
        rm -rf "$new"
        mkdir "$new"
        say "Making a Debian to boot, and wheels for it, in $MACHINE_CACHE"
        make_debian "$new/debian"
        PYTHON=$MACHINE_PYTHON make_wheels "$new/wheels" "${MACHINE_EXTRAS[@]}"
        mv "$new" "$MACHINE"
    fi
    touch "$MACHINE"
    # What nobody has used for a day, also where a run was killed.
    find "$MACHINE_CACHE" -mindepth 1 -maxdepth 1 -type d -mmin +1440 -exec rm -rf {} +
    exec {lock}>&-
}
