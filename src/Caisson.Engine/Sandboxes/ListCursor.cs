using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Sandboxes;

/// <summary>Where a page ended: the last sandbox's place in the order, and the direction of the walk.</summary>
internal readonly record struct ListCursor(DateTimeOffset StartedAt, string Id, bool Ascending)
{
    private const int TickDigits = 16;

    /// <summary>Writes it as text that callers cannot read meaning into.</summary>
    public string Encode() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{StartedAt.UtcTicks:x16}{Id}{(Ascending ? 'a' : 'd')}")));

    /// <summary>Reads it back; InvalidArgument when it is not one of ours or walks the other way.</summary>
    public static ListCursor Decode(string text, bool ascending)
    {
        var bytes = new byte[TickDigits + SandboxId.Length + 1];
        if (!Base64Url.IsValid(text, out var length) || length != bytes.Length || !Base64Url.TryDecodeFromChars(text, bytes, out _))
            throw Bad();
        var plain = Encoding.ASCII.GetString(bytes);
        if (!long.TryParse(plain[..TickDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
            || ticks < 0 || ticks > DateTimeOffset.MaxValue.UtcTicks
            || !SandboxId.TryParse(plain[TickDigits..^1], out var id)
            || plain[^1] != (ascending ? 'a' : 'd'))
        {
            throw Bad();
        }

        return new ListCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id.Value, ascending);
    }

    /// <summary>The order of a listing: by start, then by id.</summary>
    public static int Compare(SandboxInfo x, SandboxInfo y) => Compare(x.StartedAt, x.Id.Value, y.StartedAt, y.Id.Value);

    /// <summary>Whether a sandbox comes after this mark.</summary>
    public bool Precedes(SandboxInfo info)
    {
        var order = Compare(StartedAt, Id, info.StartedAt, info.Id.Value);
        return Ascending ? order < 0 : order > 0;
    }

    private static int Compare(DateTimeOffset at, string id, DateTimeOffset otherAt, string otherId) =>
        at.CompareTo(otherAt) is var order and not 0 ? order : string.CompareOrdinal(id, otherId);

    private static CaissonException Bad() => new(ErrorCode.InvalidArgument, "the page mark is not one of ours", "Pass on what the page before returned, with the same order.");
}
