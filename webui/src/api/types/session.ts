// Who asks, and whom: GET /session.

export interface Session {
  auth: boolean;
  logged_in: boolean;
  version: string;
  protocol: number;
  build: string;
  server_time: number;
}
