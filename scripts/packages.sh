# What a booth needs of Debian 12 and 13 and of Raspberry Pi OS.  Sourced by bash.

RUNTIME_PACKAGES=(
    # Python, and the service manager with its bus and its rules for staff.
    python3 python3-venv ca-certificates dbus polkitd udev
    # Sound, text, and the screen without a desktop.
    libportaudio2 libasound2-plugins libspeexdsp1
    libpango-1.0-0 libpangocairo-1.0-0 libcairo2
    libgbm1 libegl1 libgles2 libgl1-mesa-dri libdrm2 libudev1
    # Arabic and Hindi, Chinese and Japanese; European languages need neither.
    fonts-noto-core fonts-noto-cjk
    # To be reached: by the booth's name, and from a plugged keyboard (chvt).
    avahi-daemon kbd
)
# Only to compile what has no wheel: PyAudio and systemd-python.
BUILD_PACKAGES=(gcc libc6-dev pkg-config python3-dev libsystemd-dev portaudio19-dev)
# lgpio has no wheel for Python 3.13; Debian has no package of it, Raspberry Pi OS has one.
BUILD_PACKAGES_3_13=(swig)

# The packages that compile for this Python, on one line.
build_packages() {
    echo "${BUILD_PACKAGES[@]}"
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 13))' 2>/dev/null &&
        echo "${BUILD_PACKAGES_3_13[@]}"
    return 0
}
