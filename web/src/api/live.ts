/** A place in the server's log of changes: a snapshot carries one, the stream goes on from it. */
export interface Cursor {
  since: number
  epoch: string
}

/** One change of one thing inside the viewer's territory. */
export interface LiveEvent<Body = unknown> {
  seq: number
  /** The noun: `visit`, `incident`, `grid`. */
  topic: string
  id: string
  version: number
  /** Where the thing is now, as an area path. */
  path: string
  body: Body
}

/** Where a team on duty is. */
export interface Mover {
  /** The team. */
  id: number
  at: string
  location: [number, number]
  accuracy?: number
  speed?: number
  course?: number
  grid?: number
}

/** Where teams are: `all` says that `m` is everything, else it is what has changed. */
export interface LiveNow {
  all: boolean
  m: Mover[]
  gone: number[]
}

/** A thing left the viewer's territory. */
export type LiveGone = Omit<LiveEvent, 'path' | 'body'>

/** `stale`: nothing sure is known of the last 10 s. `down`: of the last minute. */
export type LiveState = 'connecting' | 'live' | 'stale' | 'down'

/** Why a fresh snapshot is needed: other history, too much missed, other rights, or a stream that does not join up. */
export type ResyncReason = 'epoch' | 'behind' | 'grant' | 'gap'

export interface LiveOptions {
  /** `/api/live`, or with a scheme. */
  url: string
  /** From the snapshot the page shows; without it the stream starts now. */
  since?: number
  epoch?: string
  onEvent: (event: LiveEvent) => void
  onGone: (gone: LiveGone) => void
  /** Where teams are now; not part of the log and never sent twice. */
  onNow?: (now: LiveNow) => void
  /** Loads a fresh snapshot and returns its cursor. Called again, later, when it throws. */
  onResync: (reason: ResyncReason) => Promise<Cursor>
  onState?: (state: LiveState) => void
  /** The sign-in has ended; the stream is closed for good. */
  onOver?: () => void
  /** How to open a socket and draw a number in [0,1); for tests. */
  socket?: (url: string) => WebSocket
  random?: () => number
}

/** All messages of the server; see package realtime for what they mean. */
type Message =
  | { t: 'hello'; epoch: string; seq: number; serverTime: number; asOf: number }
  | ({ t: 'ev'; prev: number } & LiveEvent)
  | ({ t: 'gone'; prev: number } & LiveGone)
  | { t: 'at'; prev: number; seq: number; serverTime: number; asOf: number }
  | { t: 'batch'; m: Message[] }
  | ({ t: 'now' } & LiveNow)
  | { t: 'resync'; reason: ResyncReason }
  | { t: 'bye'; retry: number }

const staleAfter = 10_000
const downAfter = 60_000
/** The server speaks every second; silence for this long is a dead line. */
const silence = 5_000
const firstPause = 500
const longestPause = 15_000
/** After so many joins that do not fit at the same place, the snapshot is taken anew. */
const gapsAllowed = 3
const sessionOver = 4001

/** Follows the server's changes until `close`. It resumes by itself after every break and misses nothing. */
export function live(options: LiveOptions): Live {
  return new Live(options)
}

export class Live {
  private cursor: number | undefined
  private epoch: string
  private socket: WebSocket | undefined
  private closed = false
  private failures = 0
  private gaps = 0
  private resyncing = false
  private heardAt = 0 // performance clock of the last message
  private freshAt: number // performance clock up to which everything is known
  private offset = 0
  private shown: LiveState = 'connecting'
  private greeted = false
  private retry: ReturnType<typeof setTimeout> | undefined
  private readonly watch: ReturnType<typeof setInterval>

  constructor(private readonly options: LiveOptions) {
    this.cursor = options.since
    this.epoch = options.epoch ?? ''
    this.freshAt = performance.now()
    this.watch = setInterval(this.look, 1000)
    globalThis.addEventListener?.('online', this.hurry)
    globalThis.addEventListener?.('offline', this.look)
    globalThis.document?.addEventListener('visibilitychange', this.hurry)
    this.connect()
  }

  get state(): LiveState {
    return this.shown
  }

  /** The cursor reached, to be kept with the state it belongs to; undefined before the first greeting. */
  get at(): Cursor | undefined {
    return this.cursor === undefined ? undefined : { since: this.cursor, epoch: this.epoch }
  }

  /** Milliseconds since which something may have happened that is not shown. */
  get age(): number {
    return performance.now() - this.freshAt
  }

  /** The server's clock, Unix milliseconds. */
  get serverNow(): number {
    return Date.now() + this.offset
  }

  close(): void {
    this.closed = true
    clearInterval(this.watch)
    clearTimeout(this.retry)
    globalThis.removeEventListener?.('online', this.hurry)
    globalThis.removeEventListener?.('offline', this.look)
    globalThis.document?.removeEventListener('visibilitychange', this.hurry)
    this.drop()
  }

  private connect(): void {
    this.heardAt = performance.now()
    const url = new URL(this.options.url, globalThis.location?.href)
    url.protocol = url.protocol.replace('http', 'ws')
    if (this.cursor !== undefined) {
      url.searchParams.set('since', String(this.cursor))
      url.searchParams.set('epoch', this.epoch)
    }
    const socket = this.options.socket?.(url.href) ?? new WebSocket(url)
    this.socket = socket
    socket.addEventListener('message', (message) => {
      if (socket === this.socket) this.hear(JSON.parse(message.data as string) as Message)
    })
    socket.addEventListener('close', (ending) => {
      if (socket === this.socket) this.lost(ending.code)
    })
    socket.addEventListener('error', () => {}) // a close follows
  }

  /** Lets go of the socket without waiting for its end. */
  private drop(): void {
    const socket = this.socket
    this.socket = undefined
    this.greeted = false
    socket?.close()
  }

  private lost(code: number): void {
    this.drop()
    if (code === sessionOver) {
      this.close()
      this.options.onOver?.()
    } else this.again()
    this.look()
  }

  /** Connects after a pause that doubles with each failure, from half a second to 15, half of it by chance. */
  private again(pause?: number): void {
    if (this.closed || this.resyncing) return
    const longest = Math.min(longestPause, firstPause * 2 ** this.failures++)
    const chance = (this.options.random ?? Math.random)()
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.connect(), pause ?? longest * (0.5 + chance / 2))
  }

  /** The line may have come back, or the page was asleep: try now. */
  private readonly hurry = (): void => {
    if (globalThis.document?.visibilityState === 'hidden') return
    this.look()
    if (this.closed || this.socket || this.resyncing) return
    this.failures = 0
    clearTimeout(this.retry)
    this.connect()
  }

  /** Gives up a line that is silent and tells the state. */
  private readonly look = (): void => {
    if (this.closed) return
    if (
      this.socket &&
      (performance.now() - this.heardAt > silence || globalThis.navigator?.onLine === false)
    ) {
      this.drop()
      this.again()
    }
    let state: LiveState = this.greeted ? 'live' : 'connecting'
    if (this.age > downAfter) state = 'down'
    else if (this.age > staleAfter) state = 'stale'
    if (state === this.shown) return
    this.shown = state
    this.options.onState?.(state)
  }

  private hear(message: Message): void {
    this.heardAt = performance.now()
    switch (message.t) {
      case 'batch':
        // A message may end the stream; what is left of its frame is not for us then.
        for (const socket = this.socket, rest = [...message.m]; rest.length && socket === this.socket;)
          this.hear(rest.shift()!)
        return
      case 'hello':
        this.cursor ??= message.seq
        this.epoch ||= message.epoch
        this.greeted = true
        return this.tick(message)
      case 'now':
        return this.options.onNow?.(message)
      case 'resync':
        return void this.resync(message.reason)
      case 'bye':
        this.drop()
        return this.again(message.retry)
    }
    if (message.prev !== this.cursor) return this.gap()
    this.cursor = message.seq
    this.failures = this.gaps = 0
    if (message.t === 'at') this.tick(message)
    else if (message.t === 'ev') this.options.onEvent(message)
    else this.options.onGone(message)
  }

  /** Takes over the server's clock and how far behind it was itself. */
  private tick(message: { serverTime: number; asOf: number }): void {
    this.offset = message.serverTime - Date.now()
    this.freshAt = performance.now() - Math.max(0, message.serverTime - message.asOf)
    this.look()
  }

  /** A message is missing: join again where we are. */
  private gap(): void {
    if (++this.gaps >= gapsAllowed) return void this.resync('gap')
    this.drop()
    this.again()
  }

  private async resync(reason: ResyncReason): Promise<void> {
    this.drop()
    if (this.resyncing) return
    this.resyncing = true
    try {
      const { since, epoch } = await this.options.onResync(reason)
      this.cursor = since
      this.epoch = epoch
      this.gaps = 0
      this.resyncing = false
      if (!this.closed) this.connect()
    } catch {
      // No snapshot to be had. The old cursor brings the same answer after a
      // pause, and with it the next try.
      this.resyncing = false
      this.again()
    }
  }
}
