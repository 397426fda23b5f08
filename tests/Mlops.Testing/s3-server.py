"""Runs a private OpenStack Swift with its S3 API for tests: prints its address once it answers, and lives until its standard input ends.

So it ends with the process that started it, however that process dies. It listens on free ports of the loopback interface only and keeps its
objects in a folder of its own. Needs Debian's package python3-swift; start it with the system's python3.
"""
import ctypes
import os
import pwd
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request

from swift.common import utils
from swift.common.ring import RingBuilder

USER, KEY = "mlops:tester", "testing"
PR_SET_PDEATHSIG = 1
SERVERS = ("account", "container", "object", "proxy")

folder = tempfile.mkdtemp(prefix="mlops-s3-")
children = []


def path(*parts):
    return os.path.join(folder, *parts)


def write(name, text):
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def write_ring(server, port):
    ring = RingBuilder(4, 1, 0)
    ring.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "disk", "weight": 1})
    ring.rebalance()
    ring.get_ring().save(path(server + ".ring.gz"))


def write_config(server, port, location):
    common = f"""
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {pwd.getpwuid(os.getuid()).pw_name}
swift_dir = {folder}
devices = {path("devices")}
mount_check = false
workers = 0
log_level = WARNING
max_clients = 1024
fallocate_reserve = 0
"""
    if server != "proxy":
        write(server + ".conf", f"""{common}
[pipeline:main]
pipeline = {server}-server
[app:{server}-server]
use = egg:swift#{server}
""")
        return
    write("proxy.conf", f"""{common}
[pipeline:main]
pipeline = catch_errors cache bulk s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
# Must be there, need not answer: without memcached every request asks the servers.
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:s3api]
use = egg:swift#s3api
location = {location}
[filter:tempauth]
use = egg:swift#tempauth
user_{USER.replace(":", "_")} = {KEY} .admin
""")


def start(server):
    child = os.fork()
    if child == 0:
        # However the parent dies, its servers die with it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        log = os.open(path(server + ".log"), os.O_CREAT | os.O_WRONLY)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        from swift.common.wsgi import run_wsgi
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        code = run_wsgi(path(server + ".conf"), server + "-server", verbose=True)
        os._exit(code or 0)
    children.append(child)


def answers(address):
    try:
        urllib.request.urlopen(address, timeout=5)
        return True
    except urllib.error.HTTPError:
        return True  # Refused without a signature: it works.
    except OSError:
        return False


def stop():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
    shutil.rmtree(folder, ignore_errors=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.makedirs(path("devices", "disk"))
    write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = mlops\nswift_hash_path_prefix = mlops\n")
    utils.SWIFT_CONF_FILE = path("swift.conf")
    ports = dict(zip(SERVERS, free_ports(len(SERVERS))))
    for server in SERVERS[:3]:
        write_ring(server, ports[server])
    for server in SERVERS:
        write_config(server, ports[server], "us-east-1")
        start(server)
    address = f"http://127.0.0.1:{ports['proxy']}"
    while not all(answers(f"http://127.0.0.1:{ports[server]}/healthcheck") for server in SERVERS):
        ended, _ = os.waitpid(-1, os.WNOHANG)
        if ended:
            for server in SERVERS:
                with open(path(server + ".log"), encoding="utf-8") as log:
                    sys.stderr.write(f"{server}: {log.read()}\n")
            return 1
        time.sleep(0.05)
    print(address, USER, KEY, flush=True)
    sys.stdin.read()
    return 0


try:
    code = main()
finally:
    stop()
sys.exit(code)
