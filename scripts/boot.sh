# How the machine boots and is called: a quiet, lasting screen, no login on it, a name.
# Sourced by bash after places.sh.

QUIET_WORDS=(quiet loglevel=0 vt.global_cursor_default=0 logo.nologo consoleblank=0)
LOGIN=getty@tty1.service

# The file with the kernel's words on a Raspberry Pi; nothing elsewhere.
cmdline_file() {
    local file
    for file in /boot/firmware/cmdline.txt /boot/cmdline.txt; do
        [ ! -f "$file" ] || { echo "$file"; return; }
    done
}

# One line of kernel words with ours in the place of others of the same name.
quieted() {
    local word kept=()
    for word in $1; do
        [[ " ${QUIET_WORDS[*]%%=*} " == *" ${word%%=*} "* ]] || kept+=("$word")
    done
    echo "${kept[*]} ${QUIET_WORDS[*]}"
}

# One line of kernel words without ours, and with those of the earlier line whose place ours took.
unquieted() {
    local word kept=()
    for word in $1; do
        [[ " ${QUIET_WORDS[*]} " == *" $word "* ]] || kept+=("$word")
    done
    for word in $2; do
        [[ " ${QUIET_WORDS[*]%%=*} " != *" ${word%%=*} "* ]] || kept+=("$word")
    done
    echo "${kept[*]}"
}

# Replaces a file whole or not at all; on the boot partition too, which has no owners.
write_whole() {
    cat >"$1.part"
    sync "$1.part"
    mv "$1.part" "$1"
    sync --file-system "$1"
}

quiet_boot() {
    local file line
    file=$(cmdline_file)
    if [ -z "$file" ]; then
        echo "  (no cmdline.txt: not a Raspberry Pi, so the boot stays as loud as it is)"
        return
    fi
    line=$(<"$file")
    [ "$line" != "$(quieted "$line")" ] || return 0
    change "make the boot quiet in $file" write_whole "$file" < <(quieted "$line")
    [ $DRY = yes ] || [ -f "$RECORD/cmdline" ] || printf '%s\n' "$line" >"$RECORD/cmdline"
}

loud_boot() {
    local file line before
    file=$(cmdline_file)
    [ -n "$file" ] && [ -f "$RECORD/cmdline" ] || return 0
    line=$(<"$file") before=$(<"$RECORD/cmdline")
    [ "$line" = "$(quieted "$before")" ] || before=$(unquieted "$line" "$before")
    change "make the boot as it was in $file" write_whole "$file" < <(echo "$before")
}

# The booth has the first terminal; a login there would be drawn over its screen.
take_terminal() {
    [ "$(systemctl is-enabled $LOGIN 2>/dev/null)" = enabled ] || return 0
    change "no login on the first terminal" systemctl --quiet disable $LOGIN
    [ $DRY = yes ] || note login $LOGIN
}

give_terminal() {
    local login
    for login in $(noted login); do
        change "a login on the first terminal again" systemctl --quiet enable "$login"
    done
}

set_name() {
    hostnamectl hostname "$1" 2>/dev/null || { echo "$1" >/etc/hostname && hostname "$1"; }
    [ ! -e /etc/hosts ] || sed -i '/^127\.0\.1\.1\s/d' /etc/hosts
    printf '127.0.1.1\t%s\n' "$1" >>/etc/hosts
}

old_name() {
    local file
    for file in hostname hosts; do
        if [ -e "$RECORD/$file" ]; then cp --preserve "$RECORD/$file" /etc; else rm -f /etc/$file; fi
    done
    hostname "$1"
}

# Calls the machine by the name given, under which it is reached as NAME.local.
name_machine() {
    local before file
    before=$(hostname)
    [ "$before" != "$1" ] || return 0
    [ $DRY = yes ] || [ -n "$(noted hostname)" ] || {
        note hostname "$before"
        for file in hostname hosts; do
            [ ! -e /etc/$file ] || cp --preserve /etc/$file "$RECORD"
        done
    }
    change "call this machine $1" set_name "$1"
}

unname_machine() {
    local before
    before=$(noted hostname)
    [ -z "$before" ] || change "call this machine $before again" old_name "$before"
}
