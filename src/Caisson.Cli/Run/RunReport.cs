using System.Text;
using System.Text.Json;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Cli.Run;

/// <summary>The result of a run as one JSON document.</summary>
internal sealed class RunReport : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private ExecExited? _end;
    private CaissonException? _failure;

    public void Add(ExecOutputEvent piece) => (piece.Stream == OutputStream.StandardError ? _error : _output).Write(piece.Data.Span);

    public void End(ExecExited end) => _end = end;

    public void Fail(CaissonException failure) => _failure = failure;

    public void Print(int exitCode, IReadOnlyList<EgressDecision> denials)
    {
        var document = new RunDocument(
            exitCode,
            _end?.Signal,
            Text(_output),
            Text(_error),
            FailureOf(denials),
            _failure?.Message,
            _end?.OutputDropped ?? 0,
            (long)TimeProvider.System.GetElapsedTime(_started).TotalMilliseconds,
            [.. denials.Select(d => new DenialDocument(d.Host, d.Port, d.Address, d.Rule, d.Remedy))]);
        Console.Out.WriteLine(JsonSerializer.Serialize(document, RunJson.Default.RunDocument));
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private string? FailureOf(IReadOnlyList<EgressDecision> denials) => this switch
    {
        { _failure: { } failure } => Name(failure.Kind),
        { _end: { TimedOut: true } } => Name(FailureKind.Timeout),
        { _end: { OutOfMemory: true } } => Name(FailureKind.OutOfMemory),
        { _end: { ExitCode: 0, OutputDropped: > 0 } } => Name(FailureKind.Quota),
        { _end: { ExitCode: 0 } } => null,
        _ => denials.Count > 0 ? Name(FailureKind.Policy) : Name(FailureKind.Task),
    };

    private static string Name(FailureKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
}
