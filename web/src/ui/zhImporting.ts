/** Texts of long jobs and of the steps of an import. */
export const zhImporting = {
  'desk.jobs': '任务',
  'jobs.title': '任务',
  'jobs.hint': '导入、撤销等较久的工作。可离开本页，任务在服务器上继续。',
  'jobs.none': '还没有任务',
  'jobs.state.waiting': '等待中',
  'jobs.state.running': '进行中',
  'jobs.state.done': '已完成',
  'jobs.state.failed': '未完成',
  'jobs.state.cancelled': '已取消',
}
