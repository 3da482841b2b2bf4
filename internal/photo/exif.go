package photo

import (
	"bytes"
	"encoding/binary"
)

// orientation reads how the camera was held (1–8) from the EXIF part of a JPEG;
// 1 when there is none or it makes no sense. Nothing else of EXIF is read.
func orientation(raw []byte) int {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xFF; {
		marker, size := raw[at+1], int(binary.BigEndian.Uint16(raw[at+2:]))
		if marker == 0xDA || size < 2 || at+2+size > len(raw) {
			return 1
		}
		part := raw[at+4 : at+2+size]
		if tiff, is := bytes.CutPrefix(part, []byte("Exif\x00\x00")); marker == 0xE1 && is {
			return orientationOf(tiff)
		}
		at += 2 + size
	}
	return 1
}

// orientationOf looks for tag 0x0112 in the first directory of a TIFF header.
func orientationOf(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	for entry := range uint64(order.Uint16(tiff[at:])) {
		from := at + 2 + 12*entry
		if from+12 > uint64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[from:]) == 0x0112 {
			if turn := int(order.Uint16(tiff[from+8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
	}
	return 1
}
