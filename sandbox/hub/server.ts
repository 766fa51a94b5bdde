import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHub, type Hub, type HubOptions } from './hub.js';

export interface StartHubOptions extends Omit<HubOptions, 'origin'> {
  /** 0 = any free one. */
  readonly port?: number;
}

/** A stand-in for the Hub on loopback. */
export interface RunningHub extends Hub {
  /** `http://127.0.0.1:PORT`: what `HF_ENDPOINT` and `hubUrl` take. */
  readonly url: string;
  stop(): Promise<void>;
}

/** On a server of its own, since Discord's stand-in has `/api` too. Rejects when the port is taken. */
export async function startHub({ port = 0, ...options }: StartHubOptions = {}): Promise<RunningHub> {
  const http = createServer();
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', () => {
      http.off('error', reject);
      resolve();
    });
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const hub = createHub({ ...options, origin: () => url });
  http.on('request', (request, response) => {
    hub
      .handle(request, response, new URL(request.url ?? '/', url))
      .then((served) => {
        if (served) return;
        response.statusCode = 404;
        response.setHeader('Content-Type', 'application/json');
        response.end('{"error":"Not Found"}');
      })
      .catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else {
          response.statusCode = 500;
          response.end(String(error));
        }
      });
  });
  return {
    ...hub,
    url,
    async stop() {
      http.closeAllConnections();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
      });
    },
  };
}
