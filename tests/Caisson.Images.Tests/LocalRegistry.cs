using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Caisson.Images.Tests;

/// <summary>A registry on loopback, to which images are pushed by its public protocol.</summary>
internal sealed class LocalRegistry : IAsyncDisposable
{
    public const string User = "tester";
    public const string Password = "open sesame";
    private const string Account = "tester:$2b$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW";
    private const string Program = "/usr/bin/docker-registry";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("caisson-registry-");
    private readonly HttpClient _http;
    private readonly Process _process;

    private LocalRegistry(bool locked)
    {
        var port = FreePort();
        Host = $"127.0.0.1:{port}";
        _http = new HttpClient { BaseAddress = new Uri($"http://{Host}/v2/") };
        if (locked)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        File.WriteAllText(Path.Combine(_folder.FullName, "accounts"), Account + "\n");
        var configuration = Path.Combine(_folder.FullName, "config.yml");
        File.WriteAllText(configuration, $"version: 0.1\nlog: {{level: error}}\nstorage:\n  filesystem: {{rootdirectory: {_folder.FullName}/data}}\nhttp: {{addr: {Host}}}\n"
            + (locked ? $"auth:\n  htpasswd: {{realm: test, path: {_folder.FullName}/accounts}}\n" : ""));
        _process = Process.Start(new ProcessStartInfo(Program, ["serve", configuration]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    public static bool IsInstalled => File.Exists(Program);

    public string Host { get; }

    public string Folder => _folder.FullName;

    public static async Task<LocalRegistry> StartAsync(bool locked, CancellationToken cancellation)
    {
        var registry = new LocalRegistry(locked);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await registry._http.GetAsync(new Uri("", UriKind.Relative), cancellation);
                return registry;
            }
            catch (HttpRequestException) when (attempt < 200)
            {
                await Task.Delay(50, cancellation);
            }
        }
    }

    /// <summary>Pushes an image of an OCI layout.</summary>
    public async Task PushAsync(string repository, string tag, Dictionary<string, byte[]> layout, CancellationToken cancellation)
    {
        byte[] manifest = [];
        foreach (var (name, content) in layout.Where(file => file.Key.StartsWith("blobs/", StringComparison.Ordinal)))
        {
            if (Encoding.UTF8.GetString(content).Contains("\"layers\":", StringComparison.Ordinal))
                manifest = content;
            using var begun = await _http.PostAsync(new Uri($"{repository}/blobs/uploads/", UriKind.Relative), null, cancellation);
            var place = new Uri(_http.BaseAddress!, begun.Headers.Location!);
            using var body = new ByteArrayContent(content);
            using var done = await _http.PutAsync(new Uri($"{place}&digest=sha256:{name.Split('/')[^1]}"), body, cancellation);
            done.EnsureSuccessStatusCode();
        }

        using var described = new ByteArrayContent(manifest) { Headers = { ContentType = new("application/vnd.oci.image.manifest.v1+json") } };
        using var pushed = await _http.PutAsync(new Uri($"{repository}/manifests/{tag}", UriKind.Relative), described, cancellation);
        pushed.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
