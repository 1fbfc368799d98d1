import "./on-memory.js";
import "../api/accounts.test.js";
