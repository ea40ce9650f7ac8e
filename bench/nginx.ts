// nginx as a bare reverse proxy: the floor that a gateway is compared with.

/** Its configuration: one worker, kept connections to the provider, bodies in memory, streams unbuffered, a log line per request. */
export function nginxConfig(folder: string, port: number, mockPort: number): string {
  return `
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/nginx.pid;
events { worker_connections 16384; }
http {
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  # A body above this goes to disk, which costs five times as much CPU.
  client_body_buffer_size 256k;
  client_max_body_size 64m;
  keepalive_requests 100000000;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 120s;
  upstream mock {
    server 127.0.0.1:${mockPort};
    keepalive 512;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://mock; }
    location /stream/ { proxy_pass http://mock; proxy_buffering off; }
  }
}
`;
}
