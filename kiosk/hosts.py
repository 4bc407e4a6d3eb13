"""Which hosts are this machine (pure)."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a URL's host name means this machine by its loopback address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
