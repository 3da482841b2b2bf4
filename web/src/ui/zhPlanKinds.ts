/** Texts of the kinds of plans: grids, borders of communities, micro-grids. */
export const zhPlanKinds = {
  'planKind.label': '划分什么',
  'planKind.grid': '网格划分',
  'planKind.community': '社区界线',
  'planKind.micro': '微网格划分',
} as const
