#!/usr/bin/env python3
"""
A host between a client and the real one, which does what a hostile host could do to a stream.

    stream_proxy.py TARGET PORT_FILE MODE [FILE]

    pass     nothing; the answers to tasks go to FILE.0, FILE.1, ..
    repeat   the second part is answered with the answer to the first
    reorder  to the second task goes what was sealed for the first
    cut      the second part gets half an answer
    strip    the second part gets its receipt, and no sealed answer
    swap     the second part is answered with FILE: the answer to a part of another stream
    kill     once, before the third part: all monitors of the host whose process is FILE are killed
"""
import glob
import http.client
import http.server
import os
import signal
import sys

target, port_file, mode = sys.argv[1:4]
file = sys.argv[4] if len(sys.argv) > 4 else None
sealed, answers = [], []


def kill_monitors():
    for children in glob.glob(f'/proc/{file}/task/*/children'):
        for child in open(children).read().split():
            os.kill(int(child), signal.SIGKILL)


def strip(answer):
    """[receipt, sealed answer]: the second one becomes empty."""
    size = int.from_bytes(answer[2:4], 'big')
    assert answer[:2] == b'\x82\x59'
    return answer[:4 + size] + b'\x40'


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def forward(self, body):
        connection = http.client.HTTPConnection(target)
        connection.request(self.command, self.path, body)
        answer = connection.getresponse()
        return answer, answer.read()

    def reply(self, answer, bytes, sent=None):
        self.send_response(answer.status)
        for name in ('Content-Type', 'Location', 'Retry-After'):
            if answer.getheader(name) is not None:
                self.send_header(name, answer.getheader(name))
        self.send_header('Content-Length', str(len(bytes)))
        self.end_headers()
        self.wfile.write(bytes[:sent])

    def do_GET(self):
        self.reply(*self.forward(None))

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length'] or 0))
        if not self.path.startswith('/v1/tasks/'):
            self.reply(*self.forward(body))
            return
        sealed.append(body)
        if mode == 'kill' and len(sealed) == 3:
            kill_monitors()
        answer, bytes = self.forward(sealed[0] if mode == 'reorder' else body)
        answers.append(bytes)
        if mode == 'pass' and file is not None:
            open(f'{file}.{len(answers) - 1}', 'wb').write(bytes)
        if len(answers) == 2 and mode == 'cut':
            self.close_connection = True
        if len(answers) == 2 and mode in ('repeat', 'strip', 'swap'):
            bytes = {'repeat': lambda: answers[0], 'strip': lambda: strip(bytes),
                     'swap': lambda: open(file, 'rb').read()}[mode]()
        self.reply(answer, bytes, len(bytes) // 2 if self.close_connection else None)

    def log_message(self, *ignored):
        pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Proxy)
with open(port_file + '.new', 'w') as out:
    out.write(str(server.server_address[1]))
os.rename(port_file + '.new', port_file)
server.serve_forever()
