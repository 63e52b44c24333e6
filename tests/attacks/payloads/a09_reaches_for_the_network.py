# A9, A10, E59: downloads the solution, asks a name server, the cloud's metadata, abstract and other local sockets.
import socket
import urllib.request


def tried(action):
    try:
        gave = action()
    except BaseException as error:
        return f"denied: {type(error).__name__}"
    return f"gave {gave!r}"[:200]


FAMILIES = ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_BLUETOOTH", "AF_CAN", "AF_ALG"]


def connected(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.connect(address)
        return "a connection"


def told_a_stranger(address):
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    return one.sendto(b"hello", address)


def attempt():
    found = {name: tried(lambda name=name: socket.socket(getattr(socket, name), socket.SOCK_RAW)) for name in FAMILIES}
    for address in (("1.1.1.1", 53), ("169.254.169.254", 80), ("127.0.0.1", 6379)):
        found[str(address)] = tried(lambda address=address: connected(socket.AF_INET, address))
    for path in ("\0gradeloop", "/run/gradeloop/sandbox.sock", "/var/run/docker.sock"):
        found[path] = tried(lambda path=path: connected(socket.AF_UNIX, path))
        found[f"datagram {path}"] = tried(lambda path=path: told_a_stranger(path))
    found["name"] = tried(lambda: socket.getaddrinfo("example.org", 443))
    found["page"] = tried(lambda: urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=0.2))
    found["listening"] = tried(lambda: socket.create_server(("127.0.0.1", 0)))
    return found
