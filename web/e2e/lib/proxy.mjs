import { createServer, request as ask } from 'node:http'
import { connect } from 'node:net'

/**
 * A network between browser and server that can be broken: `up` false refuses
 * everything, `cutReplies` lets that many commands through and drops their
 * answers, `rewrite` changes a file on its way. It counts commands that reached
 * the server.
 */
export async function breakableNetwork(target) {
  const to = new URL(target)
  const net = { up: true, cutReplies: 0, cut: 0, commands: 0, rewrite: {} }
  const sockets = new Set()

  const server = createServer((incoming, outgoing) => {
    if (!net.up) return incoming.socket.destroy()
    const { method, url, headers } = incoming
    const isCommand = method !== 'GET' && headers['idempotency-key'] !== undefined
    const through = ask({ host: to.hostname, port: to.port, method, path: url, headers }, (answer) => {
      if (isCommand) net.commands++
      if (isCommand && net.cutReplies > 0) {
        net.cutReplies--
        net.cut++
        answer.resume()
        // The server is done when its answer has ended.
        answer.on('end', () => incoming.socket.destroy())
        return
      }
      const change = net.rewrite[url]
      if (!change) {
        outgoing.writeHead(answer.statusCode, answer.headers)
        answer.pipe(outgoing)
        return
      }
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => {
        const headers = { ...answer.headers }
        delete headers['content-length']
        outgoing.writeHead(answer.statusCode, headers).end(change(Buffer.concat(parts).toString()))
      })
    })
    if (net.rewrite[url]) through.removeHeader('accept-encoding')
    through.on('error', () => incoming.socket.destroy())
    incoming.pipe(through)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    if (!net.up) socket.destroy()
  })
  server.on('upgrade', (incoming, socket, head) => {
    if (!net.up) return socket.destroy()
    const through = connect(Number(to.port), to.hostname, () => {
      const lines = [`GET ${incoming.url} HTTP/1.1`]
      for (let i = 0; i < incoming.rawHeaders.length; i += 2)
        lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`)
      through.write(`${lines.join('\r\n')}\r\n\r\n`)
      through.write(head)
      through.pipe(socket).pipe(through)
    })
    sockets.add(through)
    through.on('close', () => (sockets.delete(through), socket.destroy())).on('error', () => socket.destroy())
    socket.on('error', () => through.destroy())
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return Object.assign(net, {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Pulls the cable: open connections end too. */
    down() {
      net.up = false
      for (const socket of sockets) socket.destroy()
    },
    back() {
      net.up = true
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(done))
    },
  })
}
