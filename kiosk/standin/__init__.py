"""A Realtime service on this machine: same HTTP, WebRTC and events, a scripted interviewer."""
