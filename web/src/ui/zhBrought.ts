/** What is taken along from a door besides words: recordings. */
export const zhBrought = {
  'outbox.send-recording': '语音说明',

  'recording.title': '语音说明',
  'recording.hint': '最多 {n} 段，每段不超过 {m} 分钟；未保存前只在本机',
  'recording.start': '开始录音',
  'recording.stop': '停止录音',
  'recording.running': '正在录音 {done}，还可录 {left}',
  'recording.play': '播放第 {n} 段录音，{time}',
  'recording.pause': '停止播放第 {n} 段录音',
  'recording.remove': '删除第 {n} 段录音',
  'recording.added': '已录 {time}，可以先听一遍',
  'recording.onRecord': '收听会记入审计',
  'recording.waiting': '待发送',
  'recording.of': '{time} 收到',
  'recording.refused': '麦克风没有被允许。请在浏览器或系统设置里允许本应用使用麦克风，再按一次。',
  'recording.noDevice': '没有找到麦克风。请接上或打开麦克风，也可以改用文字。',
  'recording.taken': '麦克风正被别的程序占用，请关闭后再试。',
  'recording.cannot': '这个浏览器不能录音，请用文字说明，或换用新版 Chromium、Safari 18.4 以上。',
  'recording.insecure': '录音要求加密连接（HTTPS），请联系管理员。',
  'recording.broken': '录音中断，已录的部分没有保留，请再录一次。',
  'recording.unheard': '这段录音放不出来',

  'operation.send-recording': '上传语音说明',
  'operation.listen-recording': '收听语音说明',
} as const satisfies Record<string, string>
