import asyncio
import json

from chaos.checker import Clients, Frozen


def ended(serve, frozen=None, calls=1):
    """What a client says of so many calls to a server that answers as the function does."""

    async def answer(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            number = json.loads(await reader.readexactly(length))["number"]
            if not await serve(number, writer):
                break
        writer.close()

    async def run():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        clients = Clients(0.5, frozen or Frozen())
        clients.addresses["server"] = [server.sockets[0].getsockname()]
        await clients.burst(["server"], 1, calls, 0)
        server.close()
        return [call.end for call in clients.calls], clients.wrongs

    return asyncio.run(run())


def reply(writer, body, status="200 OK"):
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    return True


async def own(number, writer):
    return reply(writer, number)


async def of_another(number, writer):
    return reply(writer, str(int(number) + 1))


async def busy(_, writer):
    return reply(writer, "", "503 Service Unavailable")


async def breaking(_, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    return False


async def silent(_, writer):
    await asyncio.sleep(1)
    return False


async def slow(number, writer):
    await asyncio.sleep(0.7)
    return reply(writer, number)


def test_a_client_who_gets_its_own_number_is_content():
    assert ended(own, calls=3) == (["200", "200", "200"], [])


def test_the_answer_to_another_is_wrong():
    ends, wrongs = ended(of_another)

    assert ends == ["wrong"]
    assert "got b'2'" in wrongs[0]


def test_a_client_without_an_answer_is_left_hanging():
    ends, wrongs = ended(silent)

    assert ends == ["hanging"]
    assert "was never answered" in wrongs[0]


def test_a_refusal_or_a_broken_connection_is_an_answer():
    assert ended(busy) == (["503"], [])
    assert ended(breaking) == (["broken"], [])


def test_a_machine_that_stands_still_has_that_much_longer():
    assert ended(slow)[0] == ["hanging"]
    assert ended(slow, Frozen([("127.0.0.1", 0.0, float("inf"))]))[0] == ["200"]
