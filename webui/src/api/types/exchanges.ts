// Requests and responses, as samples of errors and sending once show them.

export interface HeaderLine {
  name: string;
  value: string;
}

export interface SampleRequest {
  method: string;
  url: string;
  headers: HeaderLine[];
  body?: string;
  body_base64?: string;
  body_size: number;
}

export interface SampleResponse {
  status: number;
  headers: HeaderLine[];
  body?: string;
  body_base64?: string;
  body_size: number;
  truncated?: boolean;
}
