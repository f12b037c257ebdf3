# Dials 127.0.0.1:PORT and hangs up at once, again and again, and prints how often. Not in
# JavaScript, which is too slow to keep the emulator from anything.
import socket
import sys

count = 0
while True:
    caller = socket.socket()
    try:
        caller.connect(("127.0.0.1", int(sys.argv[1])))
    except OSError:
        # No free port on this side for the moment.
        continue
    caller.close()
    count += 1
    if count % 50 == 0:
        print(count, flush=True)
