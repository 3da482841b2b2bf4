package api

import (
	"net/http"

	"wangge/internal/ward"
)

type object = map[string]any

// ogcAPI describes the features in OpenAPI 3.0, which clients of this standard
// expect; the rest of the program is described at /api/openapi.
func (s *Server) ogcAPI(w http.ResponseWriter, r *http.Request) {
	s.ogcAnswer(w, r, mediaOAS, func() (any, error) { return describeOGC(here(r)), nil })
}

func describeOGC(base string) object {
	paths := object{
		"/":            ogcGet("landing", "首页", mediaJSON, object{"type": "object"}),
		"/conformance": ogcGet("conformance", "遵循的标准", mediaJSON, object{"type": "object"}),
		"/collections": ogcGet("collections", "数据集", mediaJSON, object{"type": "object"}),
		"/api":         ogcGet("api", "接口说明", mediaOAS, object{"type": "object"}),
	}
	for _, c := range ward.FeatureCollections() {
		feature := featureSchema(c)
		paths["/collections/"+c.ID] = ogcGet(c.ID, c.Title, mediaJSON, object{"type": "object"})
		paths["/collections/"+c.ID+"/items"] = ogcGet(c.ID+"Items", c.Title+"的要素", mediaGeo, object{
			"type": "object", "required": []string{"type", "features"},
			"properties": object{"type": object{"type": "string", "enum": []string{"FeatureCollection"}}, "features": object{"type": "array", "items": feature}},
		}, "limit", "bbox", "bbox-crs", "crs", "datetime", ogcPageName)
		paths["/collections/"+c.ID+"/items/{featureId}"] = ogcGet(c.ID+"Item", "一个"+c.Title, mediaGeo, feature, "featureId", "crs")
	}
	return object{
		"openapi": "3.0.3", "info": object{"title": "网格通地图要素", "version": Version}, "servers": []object{{"url": base}}, "paths": paths,
		"components": object{"parameters": ogcParameters(), "securitySchemes": object{"basic": object{"type": "http", "scheme": "basic"}}},
		"security":   []object{{"basic": []string{}}},
	}
}

func ogcGet(id, title, kind string, schema object, parameters ...string) object {
	refs := []object{{"$ref": "#/components/parameters/f"}}
	for _, p := range parameters {
		refs = append(refs, object{"$ref": "#/components/parameters/" + p})
	}
	refused := func(why string) object {
		return object{"description": why, "content": object{"application/problem+json": object{"schema": object{"type": "object"}}}}
	}
	return object{"get": object{
		"operationId": id, "summary": title, "parameters": refs,
		"responses": object{
			"200": object{"description": title, "content": object{kind: object{"schema": schema}}},
			"400": refused("参数不对"), "401": refused("请先登录"), "403": refused("没有权限"), "404": refused("没有找到"),
		},
	}}
}

func featureSchema(c ward.FeatureCollection) object {
	fields := object{}
	for _, f := range c.Fields {
		fields[f.Name] = object{"type": f.Type, "title": f.Title, "nullable": true}
	}
	return object{
		"type": "object", "required": []string{"type", "geometry", "properties"},
		"properties": object{
			"type": object{"type": "string", "enum": []string{"Feature"}}, "id": object{"type": "integer"},
			"geometry":   object{"type": "object", "description": c.Shape},
			"properties": object{"type": "object", "properties": fields},
		},
	}
}

// ogcParameters are all parameters of the features.
func ogcParameters() object {
	query := func(name, about string, schema object) object {
		return object{"name": name, "in": "query", "required": false, "description": about, "schema": schema, "style": "form", "explode": false}
	}
	uri := object{"type": "string", "format": "uri", "enum": systemURIs(), "default": ogcCRS84}
	box := object{"type": "array", "items": object{"type": "number"}, "minItems": 4, "maxItems": 6}
	return object{
		"f":         query("f", "格式", object{"type": "string", "enum": []string{"json", "geojson"}}),
		"limit":     query("limit", "每页要素数", object{"type": "integer", "minimum": 1, "maximum": ward.FeatureMaxLimit, "default": ward.FeatureDefaultLimit}),
		"bbox":      query("bbox", "范围：四个或六个数", box),
		"bbox-crs":  query("bbox-crs", "bbox 的坐标系", uri),
		"crs":       query("crs", "返回坐标的坐标系", uri),
		"datetime":  query("datetime", "时刻或区间；辖区和网格按当天有效的给出", object{"type": "string"}),
		ogcPageName: query(ogcPageName, "翻页标记，由 next 链接给出", object{"type": "integer", "minimum": 0}),
		"featureId": object{"name": "featureId", "in": "path", "required": true, "description": "要素编号", "schema": object{"type": "integer"}},
	}
}
