import type { zhBrought } from './zhBrought'

/** The same in English. */
export const enBrought: Record<keyof typeof zhBrought, string> = {
  'outbox.send-recording': 'Voice note',

  'recording.title': 'Voice notes',
  'recording.hint': 'Up to {n}, {m} minutes each; on this device only until you save',
  'recording.start': 'Record',
  'recording.stop': 'Stop recording',
  'recording.running': 'Recording {done}, {left} left',
  'recording.play': 'Play voice note {n}, {time}',
  'recording.pause': 'Stop playing voice note {n}',
  'recording.remove': 'Delete voice note {n}',
  'recording.added': 'Recorded {time}; you may listen to it first',
  'recording.onRecord': 'Listening is written down in the audit',
  'recording.waiting': 'Waiting',
  'recording.of': 'received {time}',
  'recording.refused':
    'The microphone was not allowed. Allow it for this app in the browser or system settings and press again.',
  'recording.noDevice': 'No microphone was found. Connect one, or write instead.',
  'recording.taken': 'Another program is using the microphone; close it and try again.',
  'recording.cannot':
    'This browser cannot record. Write instead, or use a current Chromium, or Safari 18.4 and later.',
  'recording.insecure': 'Recording needs an encrypted connection (HTTPS); ask the administrator.',
  'recording.broken': 'The recording broke off and was not kept; please record again.',
  'recording.unheard': 'This voice note cannot be played',

  'operation.send-recording': 'Sent a voice note',
  'operation.listen-recording': 'Listened to a voice note',
}
