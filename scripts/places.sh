# Puts what a release brings for the machine in its places: units, drop-ins, rules and settings.
# Sourced by bash in the folder of that release.  What was put is recorded, so that another release
# can take away what it does not bring, and so that all of it can be taken away.

RECORD=/var/lib/kiosk-install
PLACED=$RECORD/placed
SHIPPED=$RECORD/shipped
MADE=$RECORD/made
# Places that have changed and that nobody was told of yet: the power may fail in between.
DUE=$RECORD/due
SETTINGS=/etc/kiosk/kiosk.toml
# These are put in their places, and started only where somebody asks for it.
NOT_BY_DEFAULT=(kiosk-standin.service)
DRY=no
CHANGES=0

# Tells a change to the machine and makes it: `change SENTENCE COMMAND ...`.  A dry run only tells.
change() {
    CHANGES=$((CHANGES + 1))
    printf '  %s\n' "$1"
    shift
    [ $DRY = yes ] || "$@"
}

# Records what was made, to be undone one day: `note KIND VALUE`.
note() { mkdir -p "$RECORD" && printf '%s %s\n' "$1" "$2" >>"$MADE"; }

# The values recorded of a kind, a line each.
noted() { sed -n "s/^$1 //p" "$MADE" 2>/dev/null || true; }

# Puts a file in its place and records the folders that this makes.
put_file() {
    local folder=${2%/*} made=()
    while [ ! -d "$folder" ]; do
        made+=("$folder")
        folder=${folder%/*}
    done
    for folder in "${made[@]}"; do note made-folder "$folder"; done
    install -D --mode=644 "$1" "$2"
}

# Every place, as lines of a file of this release and where it goes.
places() {
    local file
    for file in systemd/*.{service,socket,path,timer,target}; do
        [ ! -e "$file" ] || echo "$file /etc/systemd/system/${file##*/}"
    done
    for file in systemd/{sysusers.d,tmpfiles.d}/*.conf; do
        [ ! -e "$file" ] || echo "$file /etc/${file#systemd/}"
    done
    for file in systemd/{journald.conf.d,system.conf.d}/*.conf; do
        [ ! -e "$file" ] || echo "$file /etc/systemd/${file#systemd/}"
    done
    for file in systemd/{polkit-1/rules.d,udev/rules.d}/*.rules systemd/NetworkManager/conf.d/*.conf; do
        [ ! -e "$file" ] || echo "$file /etc/${file#systemd/}"
    done
}

# What follows where a place has changed: a pattern of places, what is done, and the command.
followers() {
    cat <<'FOLLOWERS'
/etc/sysusers.d/*|make users and groups|systemd-sysusers kiosk.conf
/etc/tmpfiles.d/*|make folders|systemd-tmpfiles --create --prefix=/var/lib --prefix=/run
/etc/systemd/system/*|systemd reads its units|systemctl daemon-reload
/etc/systemd/system.conf.d/*|systemd reads its settings|systemctl daemon-reexec
/etc/systemd/journald.conf.d/*|the journal reads its settings|systemctl restart systemd-journald
/etc/udev/rules.d/*|udev reads its rules|reload_udev
/etc/NetworkManager/conf.d/*|the network reads its settings|reload_if_up NetworkManager
/etc/polkit-1/rules.d/*|the staff's rule is read|reload_if_up polkit
FOLLOWERS
}

# In a container there is none.
reload_udev() { [ ! -S /run/udev/control ] || udevadm control --reload; }

reload_if_up() {
    ! systemctl --quiet is-active "$1" || systemctl reload-or-restart "$1"
}

# Has the places named, one a line on standard input, read by whoever reads them.
tell_followers() {
    local changed pattern what command
    changed=$(cat)
    while IFS='|' read -r pattern what command; do
        while read -r place; do
            # shellcheck disable=SC2053  # a pattern
            [[ $place == $pattern ]] || continue
            # shellcheck disable=SC2086  # a command and its words
            change "$what" $command </dev/null
            break
        done <<<"$changed"
    done < <(followers)
}

# Records each user and group that a command made: `noting_users COMMAND ...`.
noting_users() {
    local before kind file
    before=$(mktemp -d)
    cp /etc/passwd /etc/group "$before"
    "$@"
    for kind in user:passwd group:group; do
        file=${kind#*:}
        comm -13 <(cut -d: -f1 "$before/$file" | sort) <(cut -d: -f1 "/etc/$file" | sort) |
            while read -r name; do note "${kind%:*}" "$name"; done
    done
    rm -r "$before"
}

# Writes down that a place is about to change: for its followers, and to be taken away one day.
due() {
    [ $DRY = yes ] || { mkdir -p "$RECORD" && echo "$1" | tee -a "$DUE" >>"$PLACED"; }
}

# Puts every file of this release in its place, takes away what an earlier one had put there.
put_files() {
    local file place changed=()
    [ ! -e "$DUE" ] || mapfile -t changed <"$DUE"
    while read -r file place; do
        cmp --quiet "$file" "$place" && continue
        due "$place"
        change "put $place" put_file "$file" "$place"
        changed+=("$place")
    done < <(places)
    while read -r place; do
        [ -n "$place" ] && [ -e "$place" ] || continue
        due "$place"
        take_unit "$place"
        change "take away $place" rm "$place"
        changed+=("$place")
    done < <(comm -13 <(places | cut -d' ' -f2 | sort) <(sort -u "$PLACED" 2>/dev/null))
    [ ${#changed[@]} -gt 0 ] || return 0
    noting_users tell_followers < <(printf '%s\n' "${changed[@]}")
    [ $DRY = yes ] || { places | cut -d' ' -f2 >"$PLACED" && rm -f "$DUE"; }
}

# Stops and disables a unit whose file is in this place.
take_unit() {
    [[ $1 == /etc/systemd/system/* ]] || return 0
    change "stop and disable ${1##*/}" systemctl --quiet disable --now "${1##*/}"
    [ $DRY = yes ] || sed -i "/^enabled ${1##*/}\$/d" "$MADE"
}

# Enables the units of this release that can be, once each: who disables one has it so.
enable_units() {
    local file unit
    for file in systemd/*.{service,socket,path,timer,target}; do
        unit=${file##*/}
        [ -e "$file" ] && grep -q '^\[Install\]' "$file" || continue
        ! noted enabled | grep -qxF "$unit" || continue
        [[ " ${NOT_BY_DEFAULT[*]} " != *" $unit "* ]] || continue
        change "enable $unit" systemctl --quiet enable "$unit"
        [ $DRY = yes ] || note enabled "$unit"
    done
}

# Puts the settings as shipped; who has edited them keeps them, with the new ones beside.
put_settings() {
    local shipped new
    shipped=$(cat "$SHIPPED" 2>/dev/null || true)
    new=$(sha256sum <config/kiosk.toml)
    if [ ! -e $SETTINGS ] || [ "$(sha256sum <$SETTINGS)" = "$shipped" ]; then
        cmp --quiet config/kiosk.toml $SETTINGS ||
            change "put $SETTINGS" install -D --mode=644 config/kiosk.toml $SETTINGS
    elif [ "$new" != "$shipped" ] && ! cmp --quiet config/kiosk.toml $SETTINGS; then
        change "keep your $SETTINGS, and put the new one beside it: $SETTINGS.new" \
            install --mode=644 config/kiosk.toml $SETTINGS.new
    fi
    [ "$new" = "$shipped" ] || [ $DRY = yes ] ||
        { mkdir -p "$RECORD" && echo "$new" >"$SHIPPED"; }
}

# Everything of this release in its place.
put_all() {
    put_files
    put_settings
    enable_units
}
