using System.Runtime.CompilerServices;
using System.Text.Json;
using Caisson.Client.Wire;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Client;

/// <summary>A view on one process inside; disposing it detaches and leaves the process alone.</summary>
public sealed class RemoteExecution : IAsyncDisposable
{
    private readonly Api _api;
    private readonly string _process;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private RemoteExecution(Api api, string process, int pid, HttpResponseMessage response, StreamReader lines) =>
        (_api, _process, Pid, _response, _lines) = (api, process, pid, response, lines);

    /// <summary>Its pid inside.</summary>
    public int Pid { get; }

    /// <summary>Output in order, then exactly one <see cref="ExecOutcome"/>; enumerated once. A slow reader slows the process.</summary>
    public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            switch (await LineAsync(_lines, cancellation))
            {
                case OutputLine output:
                    yield return new ExecOutputEvent(Stream(output.Stream), output.Offset, output.Data);
                    break;
                case ExitedLine exited:
                    yield return new ExecOutcome(exited.ExitCode, exited.Signal, exited.OutputDropped, exited.Failure, exited.Message, exited.Denials);
                    yield break;
            }
        }
    }

    /// <summary>Sends a stream to its input or terminal as it yields, until its end; the input stays open.</summary>
    public Task WriteInputAsync(Stream source, CancellationToken cancellation = default) =>
        _api.SendAsync(new HttpRequestMessage(HttpMethod.Post, _process + "/input") { Content = new LiveContent(source) }, cancellation);

    /// <summary>Sends bytes to its input or terminal.</summary>
    public Task WriteInputAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation = default) =>
        _api.SendAsync(new HttpRequestMessage(HttpMethod.Post, _process + "/input") { Content = new ReadOnlyMemoryContent(data) }, cancellation);

    /// <summary>Closes its standard input.</summary>
    public Task CloseInputAsync(CancellationToken cancellation = default) => _api.SendAsync(HttpMethod.Post, _process + "/input/close", cancellation);

    /// <summary>Sends it, or its whole process group, a signal.</summary>
    public Task SignalAsync(int signal, bool group = false, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Post, _process + "/signal", new SignalBody(signal, group), ClientJson.Default.SignalBody, cancellation);

    /// <summary>Changes the size of its terminal.</summary>
    public Task ResizeAsync(TerminalSize size, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Post, _process + "/resize", new TerminalBody(size.Columns, size.Rows), ClientJson.Default.TerminalBody, cancellation);

    /// <summary>Detaches.</summary>
    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static async Task<RemoteExecution> OpenAsync(Api api, string sandbox, HttpRequestMessage message, CancellationToken cancellation)
    {
        message.Headers.Accept.ParseAdd("application/x-ndjson");
        var response = await api.RequestAsync(message, cancellation);
        try
        {
            var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
            if (await LineAsync(lines, cancellation) is not StartedLine started)
                throw Lost(null);
            return new RemoteExecution(api, FormattableString.Invariant($"{sandbox}/processes/{started.Pid}"), started.Pid, response, lines);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<ExecLine> LineAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            var line = await lines.ReadLineAsync(cancellation) ?? throw Lost(null);
            return JsonSerializer.Deserialize(line, ClientJson.Default.ExecLine) ?? throw Lost(null);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or JsonException)
        {
            throw Lost(failure);
        }
    }

    private static OutputStream Stream(string name) => name switch
    {
        "stderr" => OutputStream.StandardError,
        "terminal" => OutputStream.Terminal,
        _ => OutputStream.StandardOutput,
    };

    private static CaissonException Lost(Exception? inner) => new(
        ErrorCode.Unavailable, "The connection was lost before the program ended.", "The program may still run: attach to its pid again.", inner: inner);
}
