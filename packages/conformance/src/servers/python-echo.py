"""WebSocket echo server on the `websockets` library of Debian's python3-websockets.

Prints its port on the first line and lives until its standard input ends. What the path asks for:
/              echo, permessage-deflate offered
/fragments     the answer goes out in three fragments
/greeting      one message right behind the 101, then echo
/close/<code>/<reason>   the server closes first
The server chooses the subprotocol `sellia-second` when it is offered.
"""

import asyncio
import http
import sys
from urllib.parse import unquote

import websockets


async def echo(socket):
    path = socket.path
    if path.startswith("/close/"):
        _, _, code, reason = path.split("/", 3)
        await socket.close(int(code), unquote(reason))
        return
    if path == "/greeting":
        await socket.send("greeting")
    async for message in socket:
        if path == "/fragments" and len(message) >= 3:
            a, b = len(message) // 3, 2 * len(message) // 3
            await socket.send([message[:a], message[a:b], message[b:]])
        else:
            await socket.send(message)


def choose(offered, available):
    return "sellia-second" if "sellia-second" in offered else None


class Protocol(websockets.WebSocketServerProtocol):
    async def process_request(self, path, headers):
        if path == "/refused":
            return http.HTTPStatus.FORBIDDEN, [("X-Why", "not you")], b"refused by python\n"
        return None


async def main():
    server = await websockets.serve(
        echo,
        "127.0.0.1",
        0,
        create_protocol=Protocol,
        max_size=64 * 1024 * 1024,
        max_queue=8,
        ping_interval=None,
        select_subprotocol=choose,
        subprotocols=["sellia-second"],
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
