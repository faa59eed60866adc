"""Makes a fork of the zygote a process of the guest's: enter.py CWD NAME

Asks the zygote that listens on the abstract socket NAME for a kernel, leaves the streams to the process that carries those of all contexts, and becomes
a shell that only holds the place: the guest's process with a pid to signal and an exit code, at a fortieth of what a Python would hold.
"""
import _socket
import os
import sys

from _json import encode_basestring_ascii as quote

# A signal between two reads waits for the next one: whoever interrupts does it again.
HOLDS = """trap 'again=1; kill -s INT -- "-$0"' INT
echo >&3
while again=; do
  read -r status <&3 && exit "$status"
  [ -n "$again" ] || exit 137
done 2>/dev/null"""


def connect(name):
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect("\0" + name)
    return connection


def send(connection, data, descriptors):
    """Sends bytes, and descriptors with the first of them."""
    rights = b"".join(descriptor.to_bytes(4, sys.byteorder) for descriptor in descriptors)
    sent = connection.sendmsg([data], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
    while sent < len(data):
        sent += connection.send(data[sent:])


def ask(name, cwd, descriptors):
    """A new kernel: the connection whose end is its end, and its pid."""
    connection = connect(name)
    environment = ",".join(f"{quote(key)}:{quote(value)}" for key, value in os.environ.items())
    about = f'{{"cwd":{quote(cwd)},"environment":{{{environment}}}}}'.encode()
    send(connection, len(about).to_bytes(4, "big") + about, descriptors)
    pid = connection.recv(4, _socket.MSG_WAITALL)
    if len(pid) != 4:
        raise OSError("the zygote gave none")
    return connection, int.from_bytes(pid, "big")


def main():
    cwd, name = sys.argv[1:]
    out, out_end = os.pipe()
    err, err_end = os.pipe()
    frames, frames_end = os.pipe()
    nothing = os.open("/dev/null", os.O_RDONLY)
    try:
        kernel, pid = ask(name, cwd, [nothing, out_end, err_end, 0, frames_end])
        carrier = connect(name + "-streams")
        send(carrier, b"\0", [1, out, err, frames, kernel.fileno()])
        os.dup2(os.dup(carrier.fileno()), 3)
        # Where the copy was 3 already, it would not outlive this program.
        os.set_inheritable(3, True)
        os.execve("/bin/sh", ["caisson-context", "-c", HOLDS, str(pid)], {})
    except OSError as error:
        os.write(2, f"the kernel could not be started: {error}\n".encode())
        os._exit(126)


if __name__ == "__main__":
    main()
