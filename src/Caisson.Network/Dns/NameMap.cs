using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Caisson.Network.Dns;

/// <summary>The addresses of our own choosing by which one sandbox knows names: bounded, least recently used out first, never reused soon.</summary>
internal sealed class NameMap(int capacity)
{
    // 198.18.0.0/15 is set aside for tests of networks: nothing on the Internet lives there.
    private const uint First = 0xC6120000;
    private const uint Count = 0x20000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Name, uint Address)>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, LinkedListNode<(string Name, uint Address)>> _byAddress = [];
    private readonly LinkedList<(string Name, uint Address)> _recent = [];
    private uint _next = 1;

    /// <summary>Whether an address is one that a map gives out.</summary>
    public static bool Covers(IPAddress address) => TryNumber(address, out var number) && number - First < Count;

    /// <summary>The address of a name, the same as before while it is remembered.</summary>
    public IPAddress AddressOf(string name)
    {
        lock (_lock)
        {
            if (_byName.TryGetValue(name, out var node))
            {
                Touch(node);
                return ToAddress(node.Value.Address);
            }

            if (_byName.Count >= capacity)
                Forget(_recent.First!);
            while (_byAddress.ContainsKey(First + _next))
                Advance();
            node = _recent.AddLast((name, First + _next));
            _byName.Add(name, node);
            _byAddress.Add(node.Value.Address, node);
            Advance();
            return ToAddress(node.Value.Address);
        }
    }

    /// <summary>The name that an address stands for.</summary>
    public bool TryGetName(IPAddress address, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (!TryNumber(address, out var number))
            return false;
        lock (_lock)
        {
            if (!_byAddress.TryGetValue(number, out var node))
                return false;
            Touch(node);
            name = node.Value.Name;
            return true;
        }
    }

    private static bool TryNumber(IPAddress address, out uint number)
    {
        Span<byte> bytes = stackalloc byte[16];
        var ok = address.TryWriteBytes(bytes, out var length) && length == 4;
        number = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return ok;
    }

    private static IPAddress ToAddress(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    private void Advance() => _next = _next >= Count - 2 ? 1 : _next + 1;

    private void Touch(LinkedListNode<(string Name, uint Address)> node)
    {
        _recent.Remove(node);
        _recent.AddLast(node);
    }

    private void Forget(LinkedListNode<(string Name, uint Address)> node)
    {
        _recent.Remove(node);
        _byName.Remove(node.Value.Name);
        _byAddress.Remove(node.Value.Address);
    }
}
