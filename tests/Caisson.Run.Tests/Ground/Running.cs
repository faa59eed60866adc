using System.Diagnostics;
using System.Text;

namespace Caisson.Run.Tests.Ground;

/// <summary>A program that was started, with a bound on how long it may run.</summary>
public sealed class Running : IAsyncDisposable
{
    private readonly Process _process;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly CancellationTokenSource _limit;
    private readonly MemoryStream _output = new();
    private readonly Lock _lock = new();
    private readonly Task<string> _error;
    private readonly Task _copy;

    public Running(ProcessStartInfo start, TimeSpan limit)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _limit.CancelAfter(limit);
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync(_limit.Token);
        _copy = CopyAsync();
    }

    public int Id => _process.Id;

    public string OutputSoFar
    {
        get
        {
            lock (_lock)
                return Encoding.UTF8.GetString(_output.ToArray());
        }
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public void Signal(string name) => Tool.Run("kill", $"-{name}", $"{Id}");

    /// <summary>Waits until the output has a text.</summary>
    public async Task UntilAsync(string text)
    {
        while (!OutputSoFar.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_copy.IsCompleted && !OutputSoFar.Contains(text, StringComparison.Ordinal), $"it ended without saying '{text}': {OutputSoFar}");
            await Task.Delay(10, _limit.Token);
        }
    }

    public async Task<Outcome> EndAsync(byte[]? input = null)
    {
        try
        {
            try
            {
                await Input.WriteAsync(input ?? [], _limit.Token);
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It reads no more.
            }

            await _copy;
            var error = await _error;
            await _process.WaitForExitAsync(_limit.Token);
            return new Outcome(_process.ExitCode, _output.ToArray(), error, TimeProvider.System.GetElapsedTime(_started));
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} does not end; so far: {OutputSoFar}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        }

        _process.Dispose();
        _limit.Dispose();
    }

    private async Task CopyAsync()
    {
        var buffer = new byte[64 << 10];
        int count;
        while ((count = await _process.StandardOutput.BaseStream.ReadAsync(buffer, _limit.Token)) > 0)
        {
            lock (_lock)
                _output.Write(buffer, 0, count);
        }
    }
}
