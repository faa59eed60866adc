// Descriptors and children of the whole process are counted.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
