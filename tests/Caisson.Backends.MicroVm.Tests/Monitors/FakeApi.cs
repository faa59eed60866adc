using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>A monitor's API socket that holds every request against what the monitor's interface documents, and answers as documented.</summary>
/// <remarks>What is held against it: the call is one we know, it is allowed in the machine's state, members that must be there are, and all have their types.</remarks>
internal abstract class FakeApi : IAsyncDisposable
{
    public const string Socket = "api.sock";
    private readonly CancellationTokenSource _end = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _serving;

    protected FakeApi(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "kept"));
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, Socket)));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string Folder { get; }

    /// <summary>Requests as they came: method, path and body.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What did not fit the interface.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>The state of the machine.</summary>
    public string State { get; protected set; } = "";

    /// <summary>Refuses calls of this path.</summary>
    public string? Refused { get; set; }

    /// <summary>Leaves calls of this path without an answer.</summary>
    public string? Ignored { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        _end.Dispose();
    }

    /// <summary>What is answered to a call.</summary>
    protected abstract (int Status, string Body) Answer(string method, string path, JsonObject body);

    /// <summary>How the monitor words a refusal.</summary>
    protected abstract string Refusal(string text);

    /// <summary>Notes what of a body does not fit; names that end in a question mark may be left out.</summary>
    protected void Check(string path, JsonObject body, params (string Name, JsonValueKind Kind)[] members)
    {
        var known = members.ToDictionary(member => member.Name.TrimEnd('?'), member => member.Kind, StringComparer.Ordinal);
        foreach (var (name, value) in body)
        {
            var found = value?.GetValueKind() ?? JsonValueKind.Null;
            // Either of the two is a truth value.
            if (!known.TryGetValue(name, out var kind) || (found != kind && !(kind == JsonValueKind.True && found == JsonValueKind.False)))
                Violations.Add($"{path}: {name} is {found}");
        }

        Violations.AddRange(members.Where(member => !member.Name.EndsWith('?') && !body.ContainsKey(member.Name)).Select(member => $"{path}: {member.Name} is not there"));
    }

    /// <summary>Notes a call in a state that does not allow it.</summary>
    protected void Allowed(string path, params string[] states)
    {
        if (!states.Contains(State, StringComparer.Ordinal))
            Violations.Add($"{path} when {State}");
    }

    /// <summary>Where the directory of kept state is, for us.</summary>
    protected string Kept(string inside)
    {
        if (!inside.StartsWith("/kept", StringComparison.Ordinal))
            Violations.Add($"{inside} is not in the jail");
        return Folder + inside;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = new NetworkStream(await _listener.AcceptAsync(_end.Token), ownsSocket: true);
                while (await ReadAsync(connection) is var (method, path, body))
                {
                    Requests.Add($"{method} {path} {body}".TrimEnd());
                    if (path == Ignored)
                        await Task.Delay(Timeout.Infinite, _end.Token);
                    var (status, text) = path == Refused ? (400, Refusal("it will not")) : Answer(method, path, body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject());
                    var answer = $"HTTP/1.1 {status} Said\r\nServer: fake\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\n\r\n{text}";
                    // Neither sends a length with an empty answer.
                    if (status == 204)
                        answer = "HTTP/1.1 204 No Content\r\nServer: fake\r\nConnection: keep-alive\r\n\r\n";
                    await connection.WriteAsync(Encoding.UTF8.GetBytes(answer), _end.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task<(string Method, string Path, string Body)?> ReadAsync(NetworkStream connection)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await connection.ReadAsync(one, _end.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var length = 0;
        foreach (var line in lines.Skip(1).Select(line => line.Split(": ", 2)).Where(line => line.Length == 2))
        {
            if (line[0].Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line[1], System.Globalization.CultureInfo.InvariantCulture);
            if (line[0].Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) || (line[0].Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && line[1] != "application/json"))
                Violations.Add($"{line[0]}: {line[1]}");
        }

        var body = new byte[length];
        await connection.ReadExactlyAsync(body, _end.Token);
        return (lines[0].Split(' ')[0], lines[0].Split(' ')[1], Encoding.UTF8.GetString(body));
    }
}
