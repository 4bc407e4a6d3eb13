"""A Realtime service on this machine: same HTTP, same WebRTC, same events, a scripted interviewer."""
