"""Reads every feature of collections of an OGC API - Features server with QGIS.

read_with_qgis.py ROOT LOGIN PASSWORD PAGE COLLECTION…: a line of JSON for each collection,
with the features read, those within the western half of them, the fields and the
reference system.
"""

import json
import sys

from qgis.core import QgsApplication, QgsDataSourceUri, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

root, login, password, page, *collections = sys.argv[1:]
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
for name in collections:
    uri = QgsDataSourceUri()
    for key, value in {
        "url": root,
        "typename": name,
        "username": login,
        "password": password,
        "pagingEnabled": "true",
        "pageSize": page,
    }.items():
        uri.setParam(key, value)
    layer = QgsVectorLayer(uri.uri(False), name, "OAPIF")
    if not layer.isValid():
        sys.exit(f"{name}: {layer.error().summary()} {layer.dataProvider().error().summary() if layer.dataProvider() else ''}")
    read = list(layer.getFeatures())
    box = QgsRectangle()
    for feature in read:
        box.combineExtentWith(feature.geometry().boundingBox())
    west = QgsRectangle(box.xMinimum(), box.yMinimum(), box.center().x(), box.yMaximum())
    half = QgsVectorLayer(uri.uri(False), name, "OAPIF")
    inside = [f for f in half.getFeatures(QgsFeatureRequest(west)) if f.geometry().intersects(west)]
    expected = [f for f in read if f.geometry().intersects(west)]
    print(
        json.dumps(
            {
                "collection": name,
                "read": len(read),
                "invalid": sum(not f.hasGeometry() for f in read),
                "west": len(inside),
                "westExpected": len(expected),
                "fields": [f.name() for f in layer.fields()],
                "crs": layer.crs().authid(),
            },
            ensure_ascii=False,
        )
    )
del layer, half, read, inside, expected  # QGIS wants them gone before it ends
app.exitQgis()
