import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

/** The shapes on the wire, by their name in the OpenAPI document. */
export type Wire = components['schemas']

/** Codes of the server's problem documents, plus `offline` when no answer came and `full` when the device has no room. */
export type ErrorCode =
  | 'invalid'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'forbidden'
  | 'unauthenticated'
  | 'too_large'
  | 'too_many'
  | 'internal'
  | 'offline'
  | 'full'

/** What is wrong with one field of the input, in the words of the server. */
export interface FieldError {
  field: string
  message: string
}

/** The only error that leaves this folder: a problem document (RFC 9457) or a missing answer. */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    /** Chinese, to be shown as it is; empty when there was no answer. */
    message: string,
    /** HTTP status, 0 when there was no answer. */
    readonly status: number,
    readonly fields: FieldError[] = [],
    /** The server's number of the request, for the helpdesk. */
    readonly reference = '',
    /** The thing as it is now, when the code is `stale`. */
    readonly current: unknown = undefined,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** What came of one request: whether the server answered, and its clock in milliseconds as far as it told. */
export interface Reached {
  answered: boolean
  serverTime?: number
}

type Hearer = (reached: Reached) => void
const hearers = new Set<Hearer>()

/** Calls back after every request with what came of it. Returns the stop. */
export function onReached(hearer: Hearer): () => void {
  hearers.add(hearer)
  return () => hearers.delete(hearer)
}

/**
 * Answers reads when the server does not: a device that keeps data sets one.
 * `away` says that asking the server this now is no use; `answer` gives what is
 * kept for a request, undefined when nothing is; `keep` may keep a good answer.
 */
export interface StandIn {
  away(request: Request): boolean
  answer(request: Request): Promise<Response | undefined>
  keep(request: Request, response: Response): Promise<void>
}

let standIn: StandIn | undefined

/** Sets who answers reads when the server does not; undefined for nobody. */
export function setStandIn(one: StandIn | undefined): void {
  standIn = one
}

/** Milliseconds after which a kept answer is better than a late one, and after which a request is given up. */
const LATE = 2_500
const GIVE_UP = { read: 20_000, write: 60_000, upload: 300_000 }

type Listener = () => void
const listeners = new Set<Listener>()

/** Calls back when the server no longer knows the session, so that the page can ask to sign in and keep its forms. Returns the stop. */
export function onSessionOver(listener: Listener): Listener {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Fetch that throws ApiError for everything but success. No request waits for ever; a read may be answered by what the device keeps. */
export async function send(request: Request): Promise<Response> {
  if (request.method !== 'GET' || !standIn) return ask(request)
  if (standIn.away(request)) {
    const kept = await standIn.answer(request)
    if (kept) return kept
  }
  const answer = ask(request)
  const late = new Promise<undefined>((done) => setTimeout(done, LATE))
  try {
    const first = await Promise.race([answer, late])
    if (first) return first
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.code !== 'offline') throw cause
  }
  return (await standIn.answer(request)) ?? answer
}

async function ask(request: Request): Promise<Response> {
  const limit = request.method === 'GET' ? GIVE_UP.read : isUpload(request) ? GIVE_UP.upload : GIVE_UP.write
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(limit)])
  let response: Response
  try {
    response = await fetch(request, { signal })
  } catch (cause) {
    if (request.signal.aborted) throw cause
    tell({ answered: false })
    throw new ApiError('offline', '', 0)
  }
  // 502–504 come from something in front of a server that is away.
  tell({ answered: response.status < 502 || response.status > 504, ...clockOf(response) })
  if (response.ok || response.status === 304) {
    if (response.ok && request.method === 'GET') void standIn?.keep(request, response.clone()).catch(() => {})
    return response
  }
  const error = await readProblem(response)
  const signingIn = new URL(request.url).pathname === '/api/login'
  if (error.status === 401 && !signingIn) listeners.forEach((listener) => listener())
  throw error
}

const isUpload = (request: Request) => request.headers.get('Content-Type') === 'application/octet-stream'

const tell = (reached: Reached) => hearers.forEach((hearer) => hearer(reached))

function clockOf(response: Response): { serverTime?: number } {
  const serverTime = Date.parse(response.headers.get('Date') ?? '')
  return Number.isNaN(serverTime) ? {} : { serverTime }
}

/** The server's operations, typed by its OpenAPI document. Wrap a call in ok to get the body. */
export const api = createClient<paths>({ fetch: send })

/** The body of an answer of api. */
export async function ok<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}

/** GET of a path outside the generated document, e.g. a page that a list's `next` names. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(new Request(new URL(path, location.href), { signal: signal ?? null }))
  return (await response.json()) as T
}

/** POST, PUT, PATCH or DELETE with a JSON body; undefined when the answer has none. `key` makes a retry harmless. */
export async function submit<T>(method: string, path: string, body?: unknown, key = ''): Promise<T> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = { 'Content-Type': 'application/json', ...(key ? { 'Idempotency-Key': key } : {}) }
  const response = await send(new Request(new URL(path, location.href), { method, headers, ...json }))
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

interface Problem {
  code?: ErrorCode
  detail?: string
  title?: string
  fields?: FieldError[]
  request?: string
  current?: unknown
}

async function readProblem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const { code, detail, title, fields, request, current } = (body ?? {}) as Problem
  const { status } = response
  return new ApiError(
    code ?? codeOf(status),
    detail || title || '',
    status,
    fields ?? [],
    request ?? `E-${status}`,
    current,
  )
}

function codeOf(status: number): ErrorCode {
  const codes: Record<number, ErrorCode> = {
    400: 'invalid',
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    412: 'stale',
    413: 'too_large',
    422: 'invalid',
    429: 'too_many',
  }
  return codes[status] ?? (status >= 502 && status <= 504 ? 'offline' : 'internal')
}
