package postgres

// FewBuildings tells whether a scope is searched building by building.
var FewBuildings = fewBuildings
