import { send } from '@/api/client'

/** Something that is to be changed at the server. Whoever gives it does not know whether there is a network. */
export interface Command {
  /** The operation, e.g. `create-visit`. */
  kind: string
  /** What it changes; commands about one thing keep their order. */
  entity: string
  method: 'POST' | 'PUT' | 'PATCH'
  path: string
  /** Sent as JSON; null when `file` is sent. */
  body: unknown
  /** A photo or a recording. */
  file?: { id: string; blob: Blob }
  /** Words for the list of what waits: a door, a class. */
  about: string
  /** UUIDv7, the same for every attempt. */
  key: string
}

/** Takes commands for later: a device that works without a network has one. */
export interface Queue {
  /** The server's answer; null when the command is kept and will be sent by itself. Throws ApiError. */
  perform<T>(command: Command, followers: readonly Command[]): Promise<T | null>
}

let queue: Queue | undefined

/** Sets where commands go; undefined for straight to the server. */
export function setQueue(one: Queue | undefined): void {
  queue = one
}

/**
 * Carries out a command and those that belong to it, e.g. its photos: at once, or
 * through the device's queue, which takes all or none. The answer is that to the
 * command. Null: it is kept and will be sent. Throws ApiError.
 */
export async function perform<T>(command: Command, followers: readonly Command[] = []): Promise<T | null> {
  if (queue) return queue.perform<T>(command, followers)
  const answer = await transmit<T>(command)
  for (const follower of followers) await transmit(follower)
  return answer
}

/** Sends a command now. Throws ApiError. */
export async function transmit<T>({ method, path, body, file, key }: Command): Promise<T> {
  const headers = {
    'Content-Type': file ? file.blob.type || 'application/octet-stream' : 'application/json',
    'Idempotency-Key': key,
    // The server measures by this how wrong the clock of the device is.
    'Device-Time': new Date().toISOString(),
  }
  const url = new URL(path, location.href)
  const request = new Request(url, { method, headers, body: file ? file.blob : JSON.stringify(body) })
  const text = await (await send(request)).text()
  return (text ? JSON.parse(text) : undefined) as T
}
