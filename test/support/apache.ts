// Starts Debian's Apache with PHP on a free port of the loopback, over HTTPS, with a configuration and a folder of its own.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folder.ts';
import { ask } from './http-browser.ts';
import type { PeerTls } from './peer-tls.ts';
import { freePort } from './port.ts';
import { startServerProgram } from './server-program.ts';
import { giveToNobody, letThrough } from './unprivileged.ts';

export interface ApachePlace {
  /** Belongs to the server alone, and is removed with it. */
  readonly folder: string;
  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
}

export interface ApacheSettings {
  readonly name: string;
  readonly tls: PeerTls;
  /** Modules beside the usual ones: the name that Apache knows, and its file. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Writes files into the folder and answers the lines for the site. */
  readonly configure: (place: ApachePlace) => string;
  /** Starts what the modules need besides. */
  readonly companions?: (place: ApachePlace) => Promise<{ readonly stop: () => Promise<void> }>;
  /** A path that answers 200 when all works. */
  readonly readyPath: string;
}

export interface RunningApache extends ApachePlace {
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

const usualModules = {
  mpm_prefork_module: 'mod_mpm_prefork.so',
  authn_core_module: 'mod_authn_core.so',
  authz_core_module: 'mod_authz_core.so',
  authz_user_module: 'mod_authz_user.so',
  alias_module: 'mod_alias.so',
  dir_module: 'mod_dir.so',
  env_module: 'mod_env.so',
  mime_module: 'mod_mime.so',
  rewrite_module: 'mod_rewrite.so',
  socache_shmcb_module: 'mod_socache_shmcb.so',
  ssl_module: 'mod_ssl.so',
  php_module: 'libphp8.2.so',
};

const configuration = ({ folder, port, url }: ApachePlace, modules: object, site: string): string => `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache.pid
Mutex file:${folder} default
ErrorLog ${folder}/error.log
LogLevel warn
${Object.entries(modules)
  .map(([name, file]) => `LoadModule ${name} /usr/lib/apache2/modules/${file}`)
  .join('\n')}
TypesConfig /etc/mime.types
StartServers 2
MinSpareServers 1
MaxSpareServers 2
MaxRequestWorkers 8
Listen 127.0.0.1:${port} https
ServerName ${url}
UseCanonicalName On
SSLEngine on
SSLCertificateFile ${folder}/tls.pem
SSLCertificateKeyFile ${folder}/tls.key
SSLSessionCache none
DocumentRoot ${folder}/www
DirectoryIndex index.php
php_admin_value session.save_path ${folder}
php_admin_value error_log ${folder}/php.log
php_admin_flag log_errors on
<FilesMatch "\\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
<Directory />
  Require all granted
</Directory>
${site}
`;

/** Answers when `readyPath` does; throws with its logs when it does not. Ask `requireDebian` first. */
export async function startApache(given: ApacheSettings): Promise<RunningApache> {
  const temporary = temporaryFolder(given.name);
  const folder = join(temporary.path, 'apache');
  const port = await freePort();
  const place = { folder, port, url: `https://localhost:${port}` };
  let companion: { readonly stop: () => Promise<void> } | undefined;
  const clear = async (): Promise<void> => {
    await companion?.stop();
    temporary.remove();
  };
  try {
    mkdirSync(join(folder, 'www'), { recursive: true });
    copyFileSync(given.tls.certificate, join(folder, 'tls.pem'));
    copyFileSync(given.tls.key, join(folder, 'tls.key'));
    const modules = { ...usualModules, ...given.modules };
    writeFileSync(join(folder, 'apache.conf'), configuration(place, modules, given.configure(place)));
    letThrough(temporary.path);
    giveToNobody(folder);
    companion = await given.companions?.(place);
    const program = await startServerProgram({
      name: given.name,
      folder,
      command: ['/usr/sbin/apache2', '-DFOREGROUND', '-f', join(folder, 'apache.conf')],
      isReady: async () =>
        (await ask(new URL(given.readyPath, place.url), { root: given.tls.root, timeoutMs: 5_000 })).status === 200,
    });
    const stop = async (): Promise<void> => {
      await program.stop();
      await clear();
    };
    return { ...place, said: program.said, stop };
  } catch (error) {
    await clear();
    throw error;
  }
}
