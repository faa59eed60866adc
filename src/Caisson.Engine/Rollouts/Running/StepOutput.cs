using Caisson.Core.Guests;

namespace Caisson.Engine.Rollouts.Running;

/// <summary>What a step wrote, at most a given number of bytes of each stream.</summary>
internal sealed class StepOutput(int limit) : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _errors = new();

    /// <summary>Whether more was written than is kept.</summary>
    public bool Exceeded { get; private set; }

    public ReadOnlyMemory<byte> Stdout => _output.ToArray();

    public ReadOnlyMemory<byte> Stderr => _errors.ToArray();

    public void Add(ExecOutputEvent piece)
    {
        var kept = piece.Stream == OutputStream.StandardError ? _errors : _output;
        var room = (int)Math.Min(piece.Data.Length, limit - kept.Length);
        kept.Write(piece.Data.Span[..room]);
        Exceeded |= room < piece.Data.Length;
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }
}
