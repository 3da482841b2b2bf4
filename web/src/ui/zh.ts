import { zhDoctor } from './zhDoctor'
import { zhAccount } from './zhAccount'
import { zhFaces } from './zhFaces'
import { zhFeatures } from './zhFeatures'
import { zhImporting } from './zhImporting'
import { zhPlans } from './zhPlans'
import { zhProposals } from './zhProposals'
import { zhSiting } from './zhSiting'
import { zhDictionary } from './zhDictionary'
import { zhRegister } from './zhRegister'
import { zhOutbox } from './zhOutbox'
import { zhIncidents } from './zhIncidents'
import { zhVisits } from './zhVisits'
import { zhTeams } from './zhTeams'
import { zhOutward } from './zhOutward'
import { zhTerms } from './zhTerms'
import { zhWall } from './zhWall'

/** Every text of the interface. A term of the field is said one way, here, for every page. */
export const zh = {
  ...zhTerms,
  ...zhAccount,
  ...zhWall,
  ...zhFaces,
  ...zhDoctor,
  ...zhFeatures,
  ...zhImporting,
  ...zhPlans,
  ...zhProposals,
  ...zhSiting,
  ...zhDictionary,
  ...zhRegister,
  ...zhOutbox,
  ...zhIncidents,
  ...zhVisits,
  ...zhTeams,
  ...zhOutward,

  // the program and its faces
  'app.name': '网格',
  'face.tablet': '走访',
  'face.wall': '指挥大屏',
  'face.planner': '网格规划',
  'face.desk': '工作台',
  'face.login': '登录',

  // glossary: nouns of the field
  'noun.area': '辖区',
  'noun.district': '区',
  'noun.street': '街道',
  'noun.community': '社区',
  'noun.grid': '网格',
  'noun.cell': '地块单元',
  'noun.building': '楼栋',
  'noun.unit': '单元',
  'noun.floor': '楼层',
  'noun.household': '户',
  'noun.lane': '巷道',
  'noun.courtyard': '院落',
  'noun.branch': '网格党支部',
  'noun.member': '党员',
  'noun.hub': '党员中心户',
  'noun.institution': '单位',
  'noun.team': '队伍',
  'noun.gridTeam': '8+X 团队',
  'noun.steward': '楼长',
  'noun.point': '服务点',
  'noun.visit': '走访',
  'noun.incident': '事件',
  'noun.wish': '微心愿',
  'noun.need': '需求清单',
  'noun.resource': '资源清单',
  'noun.project': '项目清单',
  'noun.meeting': '联席会议',
  'noun.inspection': '检查评比',
  'noun.assessment': '考核',
  'noun.pledge': '六个一',
  'noun.pairing': '结对',
  'noun.honour': '荣誉',
  'noun.plan': '规划方案',
  'noun.leader': '网格长',
  'noun.road': '道路',
  'noun.water': '水系',
  'noun.park': '绿地',

  // the map
  'map.title': '地图：方向键移动，加减号缩放，回车选中地图中心处，Esc 取消',
  'map.controls': '地图缩放',
  'map.zoomIn': '放大',
  'map.zoomOut': '缩小',
  'map.home': '回到全境',
  'map.layers': '图层',
  'map.legend': '图例',
  'map.base': '底图',
  'map.ownBase': '自有数据',
  'map.ownData': '自有数据底图 · 内部使用',
  'map.demo': '演示数据 · 非真实地图',
  'map.scale': '比例尺：{length}',
  'map.m': '{n} 米',
  'map.km': '{n} 公里',
  'layer.place': '辖区与地物',
  'layer.party': '党组织',
  'layer.service': '服务与单位',
  'layer.work': '走访与事件',
  'map.asList': '列表',
  'map.asMap': '地图',

  // actions
  'do.save': '保存',
  'do.cancel': '取消',
  'do.close': '关闭',
  'do.retry': '重试',
  'do.back': '返回',
  'do.search': '搜索',
  'do.clear': '清除',
  'do.clearFilter': '清除筛选',
  'do.open': '打开',
  'do.edit': '编辑',
  'do.add': '新建',
  'do.delete': '删除',
  'do.copy': '复制',
  'do.more': '更多',
  'do.print': '打印',
  'do.export': '导出',
  'do.showOnMap': '在地图上看',
  'do.skip': '跳到主要内容',

  // states
  'state.loading': '正在加载…',
  'state.slow': '网络较慢，仍在加载…',
  'state.empty': '暂无数据',
  'state.emptyFilter': '没有符合筛选条件的结果',
  'state.error': '出错了，请重试',
  'state.errorCode': '错误代码 {code}',
  'state.offline': '网络不可达，联网后再试',
  'state.forbidden': '你没有查看这里的权限，请联系管理员',
  'state.online': '实时',
  'state.connecting': '正在连接…',
  'state.stale': '数据停滞 {n} 秒',
  'state.disconnected': '连接中断',
  'state.asOf': '截至 {time}',
  'state.saved': '已保存',
  'state.saving': '正在保存…',

  // tables, forms, jobs
  'table.count': '共 {n} 条',
  'table.sortUp': '按{column}升序',
  'table.sortDown': '按{column}降序',
  'table.scrollHint': '用方向键在行间移动',
  'field.required': '必填',
  'field.search': '搜索地址、网格、楼栋、党员中心户',
  'field.noMatch': '没有找到“{text}”',
  'field.matches': '{n} 个结果，用上下键选择',
  'job.percent': '已完成 {n}%',
  'job.step': '第 {n}/{of} 步',
  'job.left': '约剩 {n} 秒',
  'job.leave': '可离开本页，完成后提醒',

  // signing in
  'login.title': '登录',
  'login.name': '账号',
  'login.password': '密码',
  'login.show': '显示密码',
  'login.hide': '隐藏密码',
  'login.submit': '登录',
  'login.busy': '正在登录…',
  'login.wrong': '账号或密码不对',
  'login.over': '登录已过期，请重新登录；本页填写的内容会保留',
  'login.out': '退出登录',
  'login.signedIn': '已登录：{name}',

  // settings of the device
  'set.textSize': '字号',
  'set.normal': '标准',
  'set.large': '大字',
  'set.huge': '特大',
  'set.language': '语言',
  'set.zh': '中文',
  'set.en': 'English',
} as const satisfies Record<string, string>
