"""kill -9 the web server alone: its workers end with it, so that the next one gets the port."""

from iexdg.running.ports import http_status, port_answers
from tests.crash.stack import Stack, wait_until


def test_the_workers_of_a_killed_web_server_end_and_the_next_one_gets_the_port() -> None:
    stack = Stack()
    try:
        stack.start("web")
        # The server listens before its workers run; an answer comes from a worker.
        wait_until(lambda: http_status("127.0.0.1", stack.web_port, "/healthz"), what="an answer")
        stack.kill_alone("web")
        wait_until(lambda: not port_answers("127.0.0.1", stack.web_port), within_s=20, what="a free port")
        stack.start("web")
        wait_until(lambda: port_answers("127.0.0.1", stack.web_port), what="the next web server")
    finally:
        stack.end()
