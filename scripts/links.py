"""Say where the app can be opened: `links.py PORT [ADDRESS]`.

Streamlit's own message asks a host on the internet for the outer address of a server without a screen.
"""

import socket
import sys


def network_address() -> str | None:
    """Return the address under which this machine's network knows it; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation (RFC 5737): picks the route out
        except OSError:
            return None
        return str(probe.getsockname()[0])


port, *addresses = sys.argv[1:]
shown = f"[{addresses[0]}]" if addresses and ":" in addresses[0] else "".join(addresses) or "localhost"
print(f"Descent Lab         http://{shown}:{port}")
if not addresses and (address := network_address()):
    print(f"for the whole class http://{address}:{port}")
print("Ctrl+C ends it.", flush=True)
