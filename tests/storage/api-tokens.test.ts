import "./on-memory.js";
import "../api/tokens.test.js";
