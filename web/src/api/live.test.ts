// @vitest-environment node
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket as NodeSocket, WebSocketServer, type WebSocket as Peer } from 'ws'
import { live, type Live, type LiveEvent, type LiveGone, type LiveOptions } from './live'

/** A server on a real socket that says what the test tells it to. */
async function serve() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((done) => server.once('listening', done))
  const peers: { peer: Peer; query: URLSearchParams }[] = []
  server.on('connection', (peer, request) => {
    peers.push({ peer, query: new URL(request.url!, 'ws://x').searchParams })
  })
  const { port } = server.address() as { port: number }
  return {
    url: `ws://127.0.0.1:${port}/api/live`,
    /** Waits for the nth connection, counted from 1. */
    async peer(n: number) {
      await vi.waitFor(() => expect(peers.length).toBeGreaterThanOrEqual(n), 5000)
      const { peer, query } = peers[n - 1]!
      return { query, say: (...m: object[]) => m.forEach((one) => peer.send(JSON.stringify(one))), peer }
    },
    get connections() {
      return peers.length
    },
    stop() {
      for (const { peer } of peers) peer.terminate()
      return new Promise((done) => server.close(done))
    },
  }
}

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one()
})

async function start(more: Partial<LiveOptions> = {}) {
  const server = await serve()
  clean.push(() => server.stop())
  const events: LiveEvent[] = []
  const gone: LiveGone[] = []
  const stream: Live = live({
    url: server.url,
    since: 10,
    epoch: 'e1',
    socket: (url) => new NodeSocket(url) as unknown as WebSocket,
    random: () => 0,
    onEvent: (event) => events.push(event),
    onGone: (one) => gone.push(one),
    onResync: () => Promise.reject(new Error('no snapshot expected')),
    ...more,
  })
  clean.push(() => stream.close())
  return { server, stream, events, gone, ids: () => events.map((e) => e.id).join(' ') }
}

const now = () => ({ serverTime: Date.now(), asOf: Date.now() })
const hello = (seq: number, epoch = 'e1') => ({ t: 'hello', epoch, seq, head: seq, ...now() })
const ev = (prev: number, seq: number) => ({
  t: 'ev',
  prev,
  seq,
  topic: 'visit',
  id: `v${seq}`,
  version: 1,
  path: 'd1.s1',
  body: { seq },
})

describe('live', () => {
  it('starts at the cursor of the snapshot and hands on events, tombstones and batches', async () => {
    const { server, stream, events, gone, ids } = await start()
    const { query, say } = await server.peer(1)
    expect([query.get('since'), query.get('epoch')]).toEqual(['10', 'e1'])
    say(hello(10), ev(10, 12), {
      t: 'batch',
      m: [ev(12, 13), { t: 'at', prev: 13, seq: 20, ...now() }, ev(20, 21)],
    })
    say({ t: 'gone', prev: 21, seq: 22, topic: 'visit', id: 'v12', version: 2 })
    await vi.waitFor(() => expect(gone).toHaveLength(1))
    expect(ids()).toBe('v12 v13 v21')
    expect(events[0]).toMatchObject({ topic: 'visit', version: 1, path: 'd1.s1', body: { seq: 12 } })
    expect(stream.at).toEqual({ since: 22, epoch: 'e1' })
    expect(stream.state).toBe('live')
    expect(stream.age).toBeLessThan(1000)
  })

  it('without a snapshot it starts now and can resume from there', async () => {
    const { server, stream } = await start({ since: undefined, epoch: undefined })
    const first = await server.peer(1)
    expect(first.query.has('since')).toBe(false)
    first.say(hello(7, 'e9'), ev(7, 8))
    await vi.waitFor(() => expect(stream.at).toEqual({ since: 8, epoch: 'e9' }))
    first.peer.terminate()
    const second = await server.peer(2)
    expect([second.query.get('since'), second.query.get('epoch')]).toEqual(['8', 'e9'])
  })

  it('resumes from its own cursor when a message is missing, and applies nothing after the hole', async () => {
    const { server, ids } = await start()
    const first = await server.peer(1)
    first.say(hello(10), ev(10, 11), { t: 'batch', m: [ev(12, 13), ev(13, 14)] }, ev(14, 15))
    const second = await server.peer(2)
    expect(second.query.get('since')).toBe('11')
    second.say(hello(11), ev(11, 12), ev(12, 13))
    await vi.waitFor(() => expect(ids()).toBe('v11 v12 v13'))
  })

  it('asks for a snapshot when told so and goes on from its cursor', async () => {
    const onResync = vi.fn().mockResolvedValue({ since: 99, epoch: 'e2' })
    const { server } = await start({ onResync })
    const first = await server.peer(1)
    first.say(hello(10), { t: 'resync', reason: 'epoch' })
    const second = await server.peer(2)
    expect([second.query.get('since'), second.query.get('epoch')]).toEqual(['99', 'e2'])
    expect(onResync).toHaveBeenCalledExactlyOnceWith('epoch')
  })

  it('tries again when the snapshot cannot be had', async () => {
    const onResync = vi
      .fn()
      .mockRejectedValueOnce(new Error('offline'))
      .mockResolvedValue({ since: 99, epoch: 'e2' })
    const { server } = await start({ onResync })
    for (const n of [1, 2]) (await server.peer(n)).say(hello(10), { t: 'resync', reason: 'behind' })
    expect((await server.peer(3)).query.get('since')).toBe('99')
  })

  it('takes a snapshot when the stream never joins up', async () => {
    const onResync = vi.fn().mockResolvedValue({ since: 50, epoch: 'e1' })
    const { server } = await start({ onResync })
    for (const n of [1, 2, 3]) (await server.peer(n)).say(hello(10), ev(11, 12))
    expect((await server.peer(4)).query.get('since')).toBe('50')
    expect(onResync).toHaveBeenCalledExactlyOnceWith('gap')
  })

  it('ends for good with the sign-in', async () => {
    const onOver = vi.fn()
    const { server } = await start({ onOver })
    const { peer } = await server.peer(1)
    peer.close(4001)
    await vi.waitFor(() => expect(onOver).toHaveBeenCalledOnce())
    await new Promise((done) => setTimeout(done, 600))
    expect(server.connections).toBe(1)
  })

  it('comes back when a server that goes down said so', async () => {
    const { server } = await start()
    const { say } = await server.peer(1)
    const began = Date.now()
    say(hello(10), { t: 'bye', retry: 700 })
    await server.peer(2)
    expect(Date.now() - began).toBeGreaterThan(600)
  })

  it('gives up a silent line and reports data that grow old', async () => {
    const states: string[] = []
    const { server, stream } = await start({ onState: (state) => states.push(state) })
    const first = await server.peer(1)
    // The server itself has been cut off from the data for 20 s.
    first.say({ t: 'hello', epoch: 'e1', seq: 10, serverTime: 1_000_000, asOf: 980_000 })
    await vi.waitFor(() => expect(states).toEqual(['stale']))
    expect(stream.age).toBeGreaterThan(19_000)
    expect(stream.serverNow).toBeLessThan(1_100_000)
    first.say({ t: 'at', prev: 10, seq: 10, serverTime: 1_000_000, asOf: 930_000 })
    await vi.waitFor(() => expect(states).toEqual(['stale', 'down']))
    first.say({ t: 'at', prev: 10, seq: 10, ...now() })
    await vi.waitFor(() => expect(states).toEqual(['stale', 'down', 'live']))
    await vi.waitFor(() => expect(server.connections).toBe(2), 9000) // silence from here on
  }, 15_000)
})
