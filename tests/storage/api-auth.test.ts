import "./on-memory.js";
import "../api/auth.test.js";
