// A content key encrypted with AES-GCM; IV and tag travel in the header. RFC 7518 section 4.7.

import { type Buffer } from "node:buffer";
import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { decodeSegment } from "../encoding/segment.ts";
import type { JsonObject } from "../encoding/json.ts";
