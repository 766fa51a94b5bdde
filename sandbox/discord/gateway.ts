import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Faults } from './faults.js';
import { presentGuild, presentUser } from './present.js';
import { asRecord } from './validate/form.js';
import type { World } from './world.js';

const defaultHeartbeatMs = 41_250;
/** Events kept for a session that resumes. */
const replayMax = 2_000;
/** Intents that must be granted to the application first; this one has none. */
const privileged =
  GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;

export interface Gateway {
  /** Takes over an HTTP upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends an event to the bot, or keeps it for when its session resumes. */
  dispatch(event: string, data: unknown): void;
  /** Closes the bot's connections with a code, as Discord does now and then. */
  close(code: number): void;
  /** Cuts the bot's connections without a word. */
  cut(): void;
  /** Opcode 7: asks the bot to reconnect. */
  askReconnect(): void;
  /** Opcode 9. Not resumable: the session and what was kept for it are gone. */
  invalidate(resumable: boolean): void;
  /** Whether the bot is there. */
  readonly connected: boolean;
  /** IDENTIFYs so far; Discord takes 1000 a day. */
  readonly identifies: number;
  stop(): void;
}

interface Session {
  readonly id: string;
  sequence: number;
  readonly sent: { readonly sequence: number; readonly text: string }[];
  socket: WebSocket | undefined;
}

export interface GatewayParts {
  readonly world: World;
  readonly faults: Faults;
  readonly url: () => string;
  readonly heartbeatMs?: number;
}

/** Gateway v10, JSON, uncompressed (https://docs.discord.com/developers/events/gateway). One bot, one shard. */
export function createGateway({
  world,
  faults,
  url,
  heartbeatMs = defaultHeartbeatMs,
}: GatewayParts): Gateway {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096 * 4 });
  const sockets = new Set<WebSocket>();
  const sessions = new Map<string, Session>();
  let identifies = 0;

  function transmit(socket: WebSocket, payload: object): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(payload));
  }

  function sendTo(session: Session, event: string, data: unknown): void {
    session.sequence += 1;
    const text = JSON.stringify({ op: GatewayOpcodes.Dispatch, t: event, s: session.sequence, d: data });
    session.sent.push({ sequence: session.sequence, text });
    if (session.sent.length > replayMax) session.sent.shift();
    if (session.socket?.readyState === 1) session.socket.send(text);
  }

  function identify(socket: WebSocket, data: Readonly<Record<string, unknown>>): void {
    if (data['token'] !== world.token)
      return socket.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
    if ((Number(data['intents']) & privileged) !== 0) {
      return socket.close(GatewayCloseCodes.DisallowedIntents, 'Disallowed intent(s).');
    }
    identifies += 1;
    // Sessions that nobody holds are over once the bot begins anew.
    for (const { id, socket: held } of sessions.values()) if (!held) sessions.delete(id);
    const session: Session = { id: randomBytes(16).toString('hex'), sequence: 0, sent: [], socket };
    sessions.set(session.id, session);
    sendTo(session, 'READY', {
      v: 10,
      user: { ...presentUser(world.bot), verified: true, mfa_enabled: true, email: null, flags: 0 },
      guilds: [{ id: world.guild.id, unavailable: true }],
      session_id: session.id,
      resume_gateway_url: url(),
      shard: [0, 1],
      application: { id: world.applicationId, flags: 0 },
      session_type: 'normal',
      private_channels: [],
      presences: [],
    });
    sendTo(session, 'GUILD_CREATE', presentGuild(world));
    world.tell({ type: 'gateway', connected: true });
  }

  function resume(socket: WebSocket, data: Readonly<Record<string, unknown>>): void {
    if (data['token'] !== world.token)
      return socket.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
    const session = sessions.get(String(data['session_id']));
    const sequence = Number(data['seq']);
    if (!session) return transmit(socket, { op: GatewayOpcodes.InvalidSession, d: false });
    if (sequence > session.sequence) return socket.close(GatewayCloseCodes.InvalidSeq, 'Invalid seq.');
    session.socket = socket;
    for (const { text } of session.sent.filter((event) => event.sequence > sequence)) socket.send(text);
    sendTo(session, 'RESUMED', {});
    world.tell({ type: 'gateway', connected: true });
  }

  function receive(socket: WebSocket, text: string): void {
    const { op, d } = parse(text);
    switch (op) {
      case GatewayOpcodes.Heartbeat:
        return transmit(socket, { op: GatewayOpcodes.HeartbeatAck });
      case GatewayOpcodes.Identify:
        return identify(socket, asRecord(d));
      case GatewayOpcodes.Resume:
        return resume(socket, asRecord(d));
      case GatewayOpcodes.PresenceUpdate:
        return;
      case undefined:
        return socket.close(GatewayCloseCodes.DecodeError, 'Error while decoding payload.');
      default:
        return socket.close(GatewayCloseCodes.UnknownOpcode, 'Unknown opcode.');
    }
  }

  function accept(socket: WebSocket): void {
    sockets.add(socket);
    transmit(socket, { op: GatewayOpcodes.Hello, d: { heartbeat_interval: heartbeatMs, _trace: [] } });
    socket.on('message', (data) => receive(socket, Buffer.isBuffer(data) ? data.toString('utf8') : ''));
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      sockets.delete(socket);
      for (const session of sessions.values()) {
        if (session.socket !== socket) continue;
        session.socket = undefined;
        if (endsSession(code)) sessions.delete(session.id);
      }
      world.tell({ type: 'gateway', connected: false });
    });
  }

  return {
    upgrade(request, socket, head) {
      if (faults.gatewayRefused()) socket.destroy();
      else server.handleUpgrade(request, socket, head, accept);
    },
    dispatch(event, data) {
      for (const session of sessions.values()) sendTo(session, event, data);
    },
    close(code) {
      if (endsSession(code)) sessions.clear();
      for (const socket of sockets) socket.close(code);
    },
    cut() {
      for (const socket of sockets) socket.terminate();
    },
    askReconnect() {
      for (const socket of sockets) transmit(socket, { op: GatewayOpcodes.Reconnect, d: null });
    },
    invalidate(resumable) {
      if (!resumable) sessions.clear();
      for (const socket of sockets) transmit(socket, { op: GatewayOpcodes.InvalidSession, d: resumable });
    },
    get connected() {
      return [...sessions.values()].some(({ socket }) => socket !== undefined);
    },
    get identifies() {
      return identifies;
    },
    stop() {
      for (const socket of sockets) socket.terminate();
      server.close();
    },
  };
}

/**
 * Whether a close with this code leaves no session to resume: a bot that left by itself, and codes that Discord lists as
 * such (https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
 */
function endsSession(code: number): boolean {
  return (
    code === 1000 ||
    code === 1001 ||
    code === 4004 ||
    code === 4007 ||
    code === 4009 ||
    (code >= 4010 && code <= 4014)
  );
}

function parse(text: string): { op?: unknown; d?: unknown } {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return {};
  }
}
