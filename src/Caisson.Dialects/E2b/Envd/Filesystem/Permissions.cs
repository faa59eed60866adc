using System.Text;

namespace Caisson.Dialects.E2b.Envd.Filesystem;

/// <summary>File modes in the way Go's io/fs writes them, which differs from ls: the type letters stand before, <c>L</c> is a link.</summary>
internal static class Permissions
{
    private const string Bits = "rwxrwxrwx";

    /// <summary>The text of a raw <c>st_mode</c>.</summary>
    public static string Text(int mode)
    {
        var text = new StringBuilder(12);
        text.Append((mode & 0xF000) switch
        {
            0x4000 => "d",
            0xA000 => "L",
            0x6000 => "D",
            0x2000 => "Dc",
            0x1000 => "p",
            0xC000 => "S",
            _ => "",
        });
        if ((mode & 0x800) != 0)
            text.Append('u');
        if ((mode & 0x400) != 0)
            text.Append('g');
        if ((mode & 0x200) != 0)
            text.Append('t');
        if (text.Length == 0)
            text.Append('-');
        for (var i = 0; i < Bits.Length; i++)
            text.Append((mode & (1 << (8 - i))) != 0 ? Bits[i] : '-');
        return text.ToString();
    }
}
