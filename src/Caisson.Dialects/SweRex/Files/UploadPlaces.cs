using Caisson.Dialects.SweRex.Http;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SweRex.Files;

/// <summary>How many uploads may lie on the host's disk at once; the others wait a while and are then refused.</summary>
internal sealed class UploadPlaces(int count, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _places = new(count, count);

    /// <summary>Takes a place until it is disposed.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            await _places.WaitAsync(either.Token);
            return new Place(_places);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusedException(StatusCodes.Status429TooManyRequests, "Too many uploads are under way; try again.");
        }
    }

    public void Dispose() => _places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private SemaphoreSlim? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.Release();
    }
}
