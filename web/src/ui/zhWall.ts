/** Texts of the wall: alerts, its set-up, pairing, remote control, replay. */
export const zhWall = {
  'wall.alert.incident': '紧急事件',
  'wall.alert.help': '一键求助',
  'wall.alert.seen': '已看到',
  'wall.silent': '浏览器暂不允许声音：点一下屏幕即可',
  'wall.set.open': '大屏设置',
  'wall.set.title': '大屏设置',
  'wall.set.width': '屏幕总宽（米）',
  'wall.set.distance': '观看距离（米）',
  'wall.set.hint': '填写后按距离放大字号；0 表示按设计字号。',
  'wall.set.brightness': '亮度（夜间 22:00–06:00 自动调暗）',
  'wall.set.sound': '紧急事件发出声音',
} as const
