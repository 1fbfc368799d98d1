import "./on-memory.js";
import "../api/config.test.js";
